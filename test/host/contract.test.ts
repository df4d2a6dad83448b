import { spawn } from "node:child_process";
import type { Hearing } from "../../providers/engine/wire/shell.ts";
import { shellHost } from "../../providers/engine/wire/shell-host.ts";
import { alone } from "../alone.ts";
import { hostContract } from "../contract/host.ts";
import { shellMachine } from "../contract/shell-machine.ts";
import { conversation } from "../conversation.ts";
import { onLaboratory } from "./on-laboratory.ts";

/** What a test that failed half-way may have left, so that the next one begins where all of them do. */
const SWEEP = `
systemctl stop 'tsproxy-contract*' 2>/dev/null
rm -rf /etc/systemd/system/tsproxy-contract* /etc/systemd/system/*.wants/tsproxy-contract* /etc/tsproxy* \\
  /var/lib/tsproxy /var/lib/tsproxy-contract* /run/tsproxy /run/tsproxy-contract* /usr/local/lib/tsproxy-contract
systemctl daemon-reload
systemctl reset-failed
`;

onLaboratory("a host of the laboratory", "contract", (bench) => {
  const sh = (command: string) => bench().lab.mustExec("gateway", ["sh", "-s"], { stdin: command });

  const converse = (program: string, hearing: Hearing) => {
    const [command = "", ...words] = bench().lab.commandIn("gateway", ["sh", "-s"]);
    return conversation(spawn(command, words), program, hearing);
  };

  beforeAll(async () => void (await sh("apt-get -q update && apt-get -q -y install curl")), 60_000);

  hostContract(
    async () => {
      const { lab } = bench();
      await sh(SWEEP);
      return shellMachine(sh, {
        host: alone(shellHost({ name: "gateway", run: converse, greet: async () => undefined })),
        package: "conntrack",
        download: { archives: { x86_64: lab.tarballs.coredns }, members: { coredns: "0755" } },
        reboot: () => lab.reboot("gateway"),
        close: async () => undefined,
      });
    },
    { walk: 12, stride: 8 },
  );
});

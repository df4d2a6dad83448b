import { spawnSync } from "node:child_process";
import { RELOAD } from "../../../../../components/render/dns/coredns.ts";

const TOOLS = "command -v ip && unshare --net --pid --fork true";

const canTry = process.getuid?.() === 0 && spawnSync("sh", ["-c", TOOLS]).status === 0;

/** Catches the signal at once and listens half a second later, and says in which order they came. */
const SLOW = `
const server = require("node:net").createServer();
process.on("SIGUSR1", () => {
  console.log(server.listening ? "listens" : "does not listen yet");
  process.exit();
});
setTimeout(() => server.listen(53, "127.0.0.1"), 500);
`;

const CAUGHT = "until grep -q '^SigCgt.*[2367abef]..$' /proc/$!/status; do sleep 0.01; done";

/** What `commands` print in a network of their own. They have `$node`, `$slow` and `$reload`, a shell's program. */
function printed(commands: string): string {
  const how = ["--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-ec"];
  const env = { ...process.env, node: process.execPath, slow: SLOW, reload: RELOAD };
  const { stdout, stderr, status } = spawnSync("unshare", [...how, `ip link set dev lo up\n${commands}`], {
    encoding: "utf8",
    timeout: 20_000,
    // unshare waits for its child when it is asked to end
    killSignal: "SIGKILL",
    env,
  });
  if (status !== 0) throw new Error(`status ${status}\n${stdout}${stderr}`);
  return stdout;
}

(canTry ? describe : describe.skip)("a DNS server that is reloaded", () => {
  it("goes on where its process waits to become CoreDNS", () => {
    expect(printed('sleep 60 & sh -c "$reload" $!\nkill -0 $! && echo runs')).toBe("runs\n");
  });

  it("hears of it when it listens", () => {
    expect(printed(`"$node" -e "$slow" &\n${CAUGHT}\nsh -c "$reload" $!\nwait $!`)).toBe("listens\n");
  });

  it("is told in the end, whatever it listens at", () => {
    const deaf = SLOW.replace(/^setTimeout.*$/m, "setTimeout(() => {}, 60000);");
    expect(printed(`slow='${deaf}'\n"$node" -e "$slow" &\n${CAUGHT}\nsh -c "$reload" $!\nwait $!`)).toBe(
      "does not listen yet\n",
    );
  });
});

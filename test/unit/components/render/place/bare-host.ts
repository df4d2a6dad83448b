import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { KERNEL_SCRIPT } from "../../../../../components/render/names.ts";
import { kernelScripts } from "../../../../../components/render/place/kernel-script.ts";
import type { Desired } from "../../../../../providers/engine/kinds/desired.ts";
import { mapValues } from "../../../../../providers/engine/records.ts";

const TOOLS = "command -v ip && command -v nft && command -v nsenter && unshare --mount --net true";

/** Whether this machine can be one. */
export const canBeBare = process.getuid?.() === 0 && spawnSync("sh", ["-c", TOOLS]).status === 0;

/** There is no systemd: what it is asked for is printed. */
const scripts: Desired["files"] = mapValues(kernelScripts("tailscale0"), (content) => ({
  mode: "0755" as const,
  content: content
    .replaceAll("systemctl --no-block", ": systemctl")
    .replace("resolvectl dns", "cat /etc/links")
    .replace("sleep 20", "exit"),
}));

/** What commands print on a bare host with these files: its own /etc and /run, and no network. */
export function bareHost(files: Desired["files"]): (commands: string) => string {
  const root = mkdtempSync(join(tmpdir(), "tsproxy-kernel-"));
  afterAll(() => rmSync(root, { recursive: true }));
  return (commands) => run(root, { ...files, ...scripts }, commands);
}

function run(root: string, files: Desired["files"], commands: string): string {
  for (const [path, { mode, content }] of Object.entries(files)) {
    const inside = join(root, path);
    mkdirSync(dirname(inside), { recursive: true });
    writeFileSync(inside, typeof content === "string" ? content : "");
    chmodSync(inside, Number.parseInt(mode, 8));
  }
  mkdirSync(join(root, "etc/alternatives"), { recursive: true });
  writeFileSync(join(root, "etc/resolv.conf"), "nameserver 127.0.0.53\nnameserver 192.0.2.53\n");
  const script = [
    "set -e",
    "mount -t tmpfs tmpfs /run",
    `mount --bind /etc/alternatives ${root}/etc/alternatives`, // where awk is
    `mount --rbind ${root}/etc /etc`,
    "ip link set dev lo up",
    // As systemd does for the unit: its user is the owner of its directory.
    "mkdir /run/of-unit && chown 61234 /run/of-unit && export RUNTIME_DIRECTORY=/run/of-unit",
    `kernel() { ${KERNEL_SCRIPT} "$@"; }`,
    commands,
  ].join("\n");
  const how = ["--mount", "--net", "--pid", "--fork", "--mount-proc", "sh", "-c", script];
  const { stdout, stderr, status } = spawnSync("unshare", how, { encoding: "utf8" });
  if (status !== 0) throw new Error(`status ${status}\n${stdout}${stderr}`);
  return stdout;
}

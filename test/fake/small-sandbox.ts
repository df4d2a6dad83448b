import {
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  execFileSync,
  spawn,
} from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hearing, Shell } from "../../providers/engine/wire/shell.ts";
import { outcomeOf, SYSTEMCTL } from "./sandbox.ts";

const BLOCK = 4096;
/** Of each of its two disks. */
const SIZE = { blocks: 128, inodes: 256 };

/** Mounts the disks and waits: they last as long as its standard input is open, and so no longer than this process. */
const HOLD = `
root=$1
mount -t tmpfs -o size=$2,nr_inodes=$3,mode=755 tmpfs "$root"
mkdir "$root/disk" "$root/run"
mount -t tmpfs -o size=$2,nr_inodes=$3,mode=755 tmpfs "$root/disk"
mount -t tmpfs -o size=$2,nr_inodes=$3,mode=755 tmpfs "$root/run"
mkdir -p "$root/disk/etc/systemd/system" "$root/disk/var/lib" "$root/disk/usr/local/bin" "$root/run/mount"
for path in etc var/lib usr/local; do mount --bind "$root/disk/$path" /$path; done
mount --bind "$root/run" /run
echo ready
exec cat >/dev/null
`;

export type DiskName = "disk" | "run";

/**
 * As {@link Sandbox}, with small disks of its own: one for what lasts, one for /run. They can be filled, and made
 * unwritable.
 */
export class SmallSandbox implements Shell {
  readonly name = "sandbox";
  readonly #root: string;
  readonly #holder: ChildProcess;

  private constructor(root: string, holder: ChildProcess) {
    this.#root = root;
    this.#holder = holder;
  }

  static async open(): Promise<SmallSandbox> {
    const root = mkdtempSync(join(tmpdir(), "tsproxy-small-"));
    const size = [String(SIZE.blocks * BLOCK), String(SIZE.inodes)];
    const holder = spawn(
      "unshare",
      ["--mount", "--propagation", "private", "sh", "-euc", HOLD, "sh", root, ...size],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    await once(holder.stdout, "data");
    const sandbox = new SmallSandbox(root, holder);
    writeFileSync(sandbox.path("/usr/local/bin/systemctl"), SYSTEMCTL, { mode: 0o755 });
    return sandbox;
  }

  /** Where a file of the sandbox is found from outside. */
  path(inside: string): string {
    return `/proc/${this.#holder.pid}/root${inside}`;
  }

  async run(program: string, { onLine }: Hearing): Promise<string> {
    const { output } = await outcomeOf(this.#enter(["sh", "-s"]), program);
    output.split("\n").forEach(onLine);
    return output;
  }

  /** There is no network in between. */
  async greet(): Promise<void> {}

  /** Leaves that many blocks of 4 kB free. */
  fill(disk: DiskName, blocks: number): void {
    const { bfree } = statfsSync(this.#on(disk));
    writeFileSync(`${this.#on(disk)}/filler`, Buffer.alloc(Math.max(0, bfree - blocks) * BLOCK, 1));
  }

  /** Leaves that many inodes free. */
  useUp(disk: DiskName, inodes: number): void {
    const directory = `${this.#on(disk)}/fillers`;
    mkdirSync(directory);
    for (let { ffree } = statfsSync(directory); ffree > inodes; ffree = statfsSync(directory).ffree)
      writeFileSync(`${directory}/${ffree}`, "");
  }

  empty(disk: DiskName): void {
    for (const name of ["filler", "fillers"])
      rmSync(`${this.#on(disk)}/${name}`, { recursive: true, force: true });
  }

  /** Nothing on it can be written any more, or again. */
  remount(disk: DiskName, how: "ro" | "rw"): void {
    this.command(["mount", "-o", `remount,${how}`, `${this.#root}/${disk}`]);
  }

  /** Runs a command inside. @throws when it fails */
  command([program = "", ...args]: readonly string[]): void {
    execFileSync("nsenter", [`--mount=/proc/${this.#holder.pid}/ns/mnt`, program, ...args], {
      stdio: "pipe",
    });
  }

  async remove(): Promise<void> {
    const gone = once(this.#holder, "close");
    this.#holder.stdin?.end();
    await gone;
    rmdirSync(this.#root);
  }

  #on(disk: DiskName): string {
    return this.path(`${this.#root}/${disk}`);
  }

  #enter(command: readonly string[]): ChildProcessWithoutNullStreams {
    return spawn("nsenter", [`--mount=/proc/${this.#holder.pid}/ns/mnt`, ...command], {
      env: { PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
    });
  }
}

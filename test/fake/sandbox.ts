import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hearing, Shell } from "../../providers/engine/shell-host.ts";

/** Directories of this machine that a program sees, and changes, only inside the sandbox. */
const PRIVATE = ["/etc", "/var/lib", "/run", "/usr/local"];

/** Notes what it is asked, knows no unit, and fails if it is told to. */
const SYSTEMCTL = `#!/bin/sh
printf '%s\\n' "$*" >>/run/systemctl
case $* in *is-failed*|show*) exit 1 ;; esac
case $1 in
  is-active) shift; for u; do if [ -f "/run/active.$u" ]; then echo active; else echo inactive; fi; done; exit ;;
esac
[ ! -f /run/systemctl-fails ] || { echo "Job for $2 failed: see the journal" >&2; exit 1; }
case $1 in start | restart) shift; for u; do : >"/run/active.$u"; done ;; esac
`;

/** What programs start as a process of its own, the shell's own commands aside. */
const COMMANDS = [
  ...[
    "base64",
    "cat",
    "chmod",
    "cp",
    "curl",
    "date",
    "dpkg-query",
    "find",
    "flock",
    "grep",
    "head",
    "ln",
    "ls",
    "mkdir",
  ],
  ...["mv", "rm", "rmdir", "sed", "sha256sum", "sort", "stat", "tail", "tar"],
];

/** Stands before each of those: counts, and in its turn kills everything of the program, itself included. */
const DOOMED = `#!/bin/sh
read -r left </run/left || left=
case $left in 0) kill -9 0 ;; ?*) echo $((left - 1)) >/run/left ;; esac
exec "/usr/bin/\${0##*/}" "$@"
`;

export const canSandbox = process.platform === "linux" && process.getuid?.() === 0;

/**
 * The real programs on a real shell, in a mount namespace of their own: what they write to /etc, /var/lib,
 * /run and /usr/local lands below `root`. There is no systemd; a stand-in takes its calls.
 */
export class Sandbox implements Shell {
  readonly name = "sandbox";
  readonly root = mkdtempSync(join(tmpdir(), "tsproxy-sandbox-"));

  constructor() {
    for (const path of [...PRIVATE, "/usr/local/bin", "/etc/systemd/system", "/run/mount"])
      mkdirSync(this.path(path), { recursive: true });
    writeFileSync(this.path("/usr/local/bin/systemctl"), SYSTEMCTL);
    chmodSync(this.path("/usr/local/bin/systemctl"), 0o755);
  }

  /**
   * From now on, programs are killed before they start another process.
   *
   * @param count of processes that are started first, 0 or more; `null`: they are not killed any more
   */
  killAfter(count: number | null): void {
    for (const name of COMMANDS) {
      const path = this.path(`/usr/local/bin/${name}`);
      rmSync(path, { force: true });
      if (count !== null) writeFileSync(path, DOOMED, { mode: 0o755 });
    }
    if (count === null) rmSync(this.path("/run/left"), { force: true });
    else writeFileSync(this.path("/run/left"), `${count}\n`);
  }

  /** Where a file of the sandbox lies on this machine. */
  path(inside: string): string {
    return join(this.root, inside);
  }

  async run(program: string, { onLine }: Hearing): Promise<string> {
    const { output } = await this.attempt(program);
    output.split("\n").forEach(onLine);
    return output;
  }

  attempt(
    program: string,
  ): Promise<{ readonly code: number | null; readonly output: string; readonly complaints: string }> {
    const child = this.start();
    const printed = { output: "", complaints: "" };
    child.stdout?.on("data", (chunk: Buffer) => {
      printed.output += chunk.toString();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      printed.complaints += chunk.toString();
    });
    child.stdin?.on("error", () => undefined); // a shell that gave up reads no further
    child.stdin?.end(program);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, ...printed }));
    });
  }

  /** A shell inside, which runs what it is sent; what it starts is a process group of its own. */
  start(): ChildProcess {
    const mounts = PRIVATE.map((path) => `mount --bind ${this.path(path)} ${path}`).join(" && ");
    return spawn(
      "unshare",
      ["--mount", "--propagation", "private", "sh", "-c", `${mounts} && cd / && exec sh -s`],
      {
        detached: true,
        env: { PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      },
    );
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { basePath } from "../toolchain/base.ts";
import { run } from "../toolchain/command.ts";

export type KeyType = "ed25519" | "ecdsa" | "rsa";

export interface SshServerOptions {
  /** Lines of sshd_config that go before the usual ones: the first of a kind counts. */
  readonly config?: readonly string[];
  /** @default ["ed25519"] */
  readonly hostKeys?: readonly KeyType[];
  /** Of sshd's users `root` and `admin` (who has sudo without a password). Lines of authorized_keys. */
  readonly authorized: readonly string[];
  /** Done as root in the server's own root before it starts; `set -eu`. */
  readonly setup?: string;
}

export interface Counts {
  /** TCP connections, those included that were turned away unheard. */
  readonly callers: number;
  /** Requests for a login, with a key or without one. */
  readonly asked: number;
  /** Keys. */
  readonly refused: number;
  /** Shells and commands. */
  readonly sessions: number;
}

/**
 * The real sshd of a laboratory host, on a port of 127.0.0.1: with a root directory, processes and users of its own, and
 * without systemd. Starts in a fraction of a second.
 */
export class SshServer {
  readonly port: number;
  /** `ssh-ed25519 AAAA…` by type. */
  readonly hostKeys: Readonly<Partial<Record<KeyType, string>>>;
  readonly #folder: string;
  readonly #process: ChildProcessWithoutNullStreams;
  #log = "";

  private constructor(port: number, folder: string, hostKeys: SshServer["hostKeys"]) {
    this.port = port;
    this.hostKeys = hostKeys;
    this.#folder = folder;
    this.#process = spawn("setpriv", [...ALONE, "sh", "-euc", START, "sh", basePath("bookworm"), folder]);
    this.#process.stderr.on("data", (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
  }

  /** @throws Error with what sshd said when it does not start */
  static async start({ config = [], hostKeys = ["ed25519"], authorized, setup = "" }: SshServerOptions) {
    const folder = mkdtempSync(join(tmpdir(), "tsproxy-sshd-"));
    const ssh = join(folder, "upper/etc/ssh");
    for (const path of ["work", "root", "upper/etc/ssh/keys"])
      mkdirSync(join(folder, path), { recursive: true });
    const port = await freePort();
    const shown = await Promise.all(
      hostKeys.map(async (type) => {
        const path = join(ssh, `key_${type}`);
        await run(["ssh-keygen", "-q", "-t", type, "-N", "", "-C", "", "-f", path]);
        return [type, readFileSync(`${path}.pub`, "utf8").trim()] as const;
      }),
    );
    for (const user of ["root", "admin"])
      writeFileSync(join(ssh, "keys", user), authorized.map((line) => `${line}\n`).join(""), { mode: 0o644 });
    const usual = [
      ...hostKeys.map((type) => `HostKey /etc/ssh/key_${type}`),
      `ListenAddress 127.0.0.1:${port}`,
      "AuthorizedKeysFile /etc/ssh/keys/%u",
      "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "UsePAM yes",
      "LogLevel DEBUG1",
      "UseDNS no",
    ];
    writeFileSync(join(ssh, "trial_config"), [...config, ...usual, ""].join("\n"));
    writeFileSync(join(folder, "setup"), setup);
    const server = new SshServer(port, folder, Object.fromEntries(shown));
    await server.#ready();
    return server;
  }

  /** All that sshd said so far. */
  get log(): string {
    return this.#log;
  }

  /** How often something was asked of it, in words of its log. */
  get counts(): Counts {
    const count = (pattern: RegExp) => this.#log.match(pattern)?.length ?? 0;
    return {
      callers: count(/^(?:Connection from |drop connection )/gm),
      asked: count(/^debug1: userauth-request for user /gm),
      refused: count(/^Failed publickey /gm),
      sessions: count(/^Starting session: /gm),
    };
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("close", resolve));
    if (this.#process.exitCode === null && this.#process.kill("SIGKILL")) await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (/^Server listening on 127\.0\.0\.1 /m.test(this.#log)) resolve();
      };
      this.#process.stderr.on("data", look);
      this.#process.once("close", () => reject(new Error(`sshd did not start\n${this.#log}`)));
    });
  }
}

/** Whatever it starts and mounts is gone when it is killed, and it is killed when this process ends. */
const ALONE = [
  ...["--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private"],
  ...["--pid", "--fork", "--kill-child"],
];

const START = `
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount --rbind /dev "$2/root/dev"
mount -t proc proc "$2/root/proc"
mkdir -p "$2/root/run/sshd"
chroot "$2/root" sh -eu <"$2/setup" >&2
exec chroot "$2/root" /usr/sbin/sshd -D -e -f /etc/ssh/trial_config
`;

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readlinkSync, writeFileSync } from "node:fs";
import type { Applied } from "../../../providers/engine/host.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import { shellHost } from "../../../providers/engine/wire/shell-host.ts";
import { alone } from "../../alone.ts";
import { ArchiveServer, type Scheme } from "../../fake/archive-server.ts";
import { canSandbox, Sandbox } from "../../fake/sandbox.ts";
import { shell } from "../../toolchain/command.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { MANNERS } from "./bad-answers.ts";

/** A piece of the program, and what stands there instead. */
type Edit = readonly [piece: string, instead: string];

/** Limits that would make everybody wait, and their share of what is tried here. */
const IMPATIENT: readonly Edit[] = [
  ["--speed-time 30", "--speed-time 1"],
  ["--retry 2", "--retry 0"],
  ["ARCHIVE_BLOCKS=600000", "ARCHIVE_BLOCKS=2000"],
];

/** More than 2000 blocks, by what lies in buffers on the way. */
const ENDURED_BYTES = 8_000_000;

const OLD: HostPath = "/usr/local/lib/tsproxy/tool-1.0";
const NEW: HostPath = "/usr/local/lib/tsproxy/tool-2.0";

/** Bad servers, one after the other. @param edits what is broken in the program of the host */
export function badDownloads(edits: readonly Edit[] = []): Trial {
  return {
    name: "a download that is not what was promised is refused; the old version runs on, and nothing is left",
    on: "machine",
    cases: canSandbox ? { fast: MANNERS.length, whole: 8 * MANNERS.length } : { fast: 0, whole: 0 },
    open: () => Downloads.open([...IMPATIENT, ...edits]),
  };
}

/** A host with version 1.0 of a tool, which runs; and the servers. */
class Downloads implements Subject {
  readonly #edits: readonly Edit[];
  readonly #sandbox: Sandbox;
  readonly #server: ArchiveServer;
  readonly #elsewhere: ArchiveServer;
  readonly #archives: { readonly archive: Buffer; readonly other: Buffer };
  #running: ChildProcess | undefined;
  #bytes = 0;
  #refused = 0;

  private constructor(
    edits: readonly Edit[],
    servers: readonly [ArchiveServer, ArchiveServer],
    archives: { readonly archive: Buffer; readonly other: Buffer },
  ) {
    this.#edits = edits;
    this.#sandbox = new Sandbox();
    [this.#server, this.#elsewhere] = servers;
    this.#archives = archives;
    const certificates = this.#sandbox.path("/etc/ssl/certs");
    mkdirSync(certificates, { recursive: true });
    writeFileSync(`${certificates}/ca-certificates.crt`, this.#server.certificate);
  }

  static async open(edits: readonly Edit[]): Promise<Downloads> {
    const servers = [await ArchiveServer.open(), await ArchiveServer.open()] as const;
    const [archive, other] = [await archiveOf("1000"), await archiveOf("2000")];
    const downloads = new Downloads(edits, servers, { archive, other });
    servers[0].answer = servers[1].answer = (response) => response.end(archive);
    try {
      await downloads.#begin();
      return downloads;
    } catch (error) {
      await downloads.close();
      throw error;
    }
  }

  async #begin(): Promise<void> {
    const { failed } = await this.#download(OLD, this.#server.url("https", "/tool.tgz"));
    if (failed !== null) throw new Error(`the good download failed: ${failed.evidence.join("\n")}`);
    this.#running = spawn(this.#sandbox.path(`${OLD}/tool`), ["1000"]);
  }

  async try(one: Case): Promise<void> {
    const manner = MANNERS[one.number % MANNERS.length] ?? MANNERS[0];
    const [scheme, path] = [one.pick<Scheme>(["http", "https"]), one.pick([OLD, NEW])];
    this.#bytes = 0;
    this.#elsewhere.visits = 0;
    const url = manner.set({
      ...this.#archives,
      server: this.#server,
      elsewhere: this.#elsewhere,
      scheme,
      one,
      count: (bytes) => {
        this.#bytes += bytes;
      },
    });
    const before = await this.#picture();
    const { failed } = await this.#download(path, url);
    const evidence = failed?.evidence.join("\n") ?? "";
    const told = `${manner.name} from ${url}`;
    if (failed === null) throw new Error(`${told} was accepted`);
    if (!manner.refusal.test(evidence)) throw new Error(`${told} was refused with other words: ${evidence}`);
    if (this.#elsewhere.visits > 0) throw new Error(`${told} led the host to a server that nobody named`);
    if (this.#bytes > ENDURED_BYTES) throw new Error(`${told}: ${this.#bytes} bytes were listened to`);
    const after = await this.#picture();
    if (after !== before) throw new Error(`${told} left something behind:\n${differences(before, after)}`);
    if (!this.#runsOn()) throw new Error(`${told} ended the old version`);
    this.#refused++;
  }

  async close(): Promise<void> {
    this.#running?.kill("SIGKILL");
    await Promise.all([this.#server.close(), this.#elsewhere.close()]);
    this.#sandbox.remove();
  }

  figures() {
    return { "downloads refused": this.#refused };
  }

  #download(path: HostPath, url: string): Promise<Applied> {
    const host = shellHost({
      name: "sandbox",
      run: (program, hearing) => this.#sandbox.run(edited(program, this.#edits), hearing),
      greet: () => this.#sandbox.greet(),
    });
    const sha256 = createHash("sha256").update(this.#archives.archive).digest("hex");
    const members = { tool: "0755" };
    return alone(host).apply({
      identity: { project: "trust", stack: "supply", key: "gateway", sweeps: false },
      steps: [{ do: "download", path, url, sha256, redirects: [], members }],
      owned: { ...OWNS_NOTHING, downloads: { [path]: Object.keys(members) } },
    });
  }

  /** What is on the host's disk. */
  #picture(): Promise<string> {
    const look = `cd "$1"
find . -path ./run -prune -o -printf '%p %y %m %l\\n' | sort
find . -path ./run -prune -o -type f -exec sha256sum {} + | sort`;
    return shell(look, [this.#sandbox.root]);
  }

  /** As the same process, of the file that is still in its place. */
  #runsOn(): boolean {
    const program = `/proc/${this.#running?.pid}/exe`;
    return existsSync(program) && readlinkSync(program) === this.#sandbox.path(`${OLD}/tool`);
  }
}

/** `program` with each edit made. @throws Error when there is nothing to edit, since then nothing is tried */
function edited(program: string, edits: readonly Edit[]): string {
  return edits.reduce((text, [piece, instead]) => {
    if (!text.includes(piece)) throw new Error(`the program of the host has no ${piece} any more`);
    return text.replaceAll(piece, () => instead);
  }, program);
}

/** Lines that only one of the pictures has. */
function differences(before: string, after: string): string {
  const [were, are] = [before.split("\n"), after.split("\n")];
  return [
    ...were.filter((line) => !are.includes(line)).map((line) => `- ${line}`),
    ...are.filter((line) => !were.includes(line)).map((line) => `+ ${line}`),
  ].join("\n");
}

/** An archive with a program `tool` that waits, and with something that tells archives apart. */
async function archiveOf(mark: string): Promise<Buffer> {
  const pack = `
d=$(mktemp -d)
mkdir "$d/tool_$1"
cp "$(command -v sleep)" "$d/tool_$1/tool"
echo "$1" >"$d/tool_$1/mark"
tar -C "$d" -cz "tool_$1" | base64 -w 0
rm -r "$d"`;
  return Buffer.from(await shell(pack, [mark]), "base64");
}

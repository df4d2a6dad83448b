import { createHash } from "node:crypto";
import { Refusal } from "./refusal.ts";

export interface Entry {
  readonly kind: "file" | "link" | "directory";
  /** Of a link: where it points. */
  readonly text: string;
  readonly mode: string;
  readonly owner: string;
  readonly changed: number;
}

const ALWAYS = [
  "/etc/systemd/system",
  "/lib/systemd/system",
  "/usr/local/lib",
  "/var/cache",
  "/var/lib",
  "/run/tsproxy",
];

/** The files of a host, by path. A clock that ticks with every change stands in for times. */
export class Disk {
  readonly #entries = new Map<string, Entry>();
  /** All paths in order; `null`: one came or went since. */
  #sorted: readonly string[] | null = null;
  #clock = 0;

  constructor() {
    for (const path of ALWAYS) this.makeParents(`${path}/x`);
  }

  get(path: string): Entry | undefined {
    return this.#entries.get(path);
  }

  /** `null` for what is not a plain file. */
  text(path: string): string | null {
    const entry = this.get(path);
    return entry?.kind === "file" ? entry.text : null;
  }

  paths(under = ""): string[] {
    this.#sorted ??= [...this.#entries.keys()].sort();
    return this.#sorted.filter((path) => path.startsWith(under));
  }

  write(path: string, text: string, mode = "0644", owner = "0:0"): void {
    if (this.get(path)?.kind === "directory") throw new Refusal(`${path}: Is a directory`);
    this.#put(path, { kind: "file", text, mode, owner });
  }

  append(path: string, line: string): void {
    this.write(path, `${this.text(path) ?? ""}${line}\n`);
  }

  link(path: string, target: string): void {
    this.#put(path, { kind: "link", text: target, mode: "0777", owner: "0:0" });
  }

  makeDirectory(path: string): void {
    this.#put(path, { kind: "directory", text: "", mode: "0755", owner: "0:0" });
  }

  makeParents(path: string): void {
    for (const parent of this.missingParents(path)) this.makeDirectory(parent);
  }

  /** Above `path`, the outermost first. */
  missingParents(path: string): string[] {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (parent === "" || this.get(parent) !== undefined) return [];
    return [...this.missingParents(parent), parent];
  }

  /** With everything below it. */
  remove(path: string): void {
    if (!this.#entries.has(path)) return;
    for (const each of this.paths(`${path}/`)) this.#entries.delete(each);
    this.#entries.delete(path);
    this.#sorted = null;
  }

  /** As it is, times included. */
  copy(from: string, to: string): void {
    const entry = this.get(from);
    if (entry === undefined) throw new Refusal(`${from}: No such file or directory`);
    this.#set(to, entry);
  }

  isEmpty(path: string): boolean {
    return !this.paths().some((each) => each.startsWith(`${path}/`));
  }

  /** Holds these entries, besides others. */
  restore(entries: Readonly<Record<string, Entry>>): void {
    for (const [path, entry] of Object.entries(entries)) {
      this.#set(path, entry);
      this.#clock = Math.max(this.#clock, entry.changed);
    }
  }

  /** Holds what another one holds, and nothing else. */
  become(other: Disk): void {
    this.#entries.clear();
    for (const [path, entry] of other.#entries) this.#set(path, entry);
    this.#clock = other.#clock;
  }

  /** As the host's shell function of that name prints it. */
  digest(path: string): string {
    const entry = this.get(path);
    if (entry === undefined) return "absent";
    if (entry.kind === "link") return "link";
    return entry.kind === "file" ? sha256Of(entry) : "other";
  }

  #put(path: string, entry: Omit<Entry, "changed">): void {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (parent !== "" && this.get(parent)?.kind !== "directory") {
      throw new Refusal(`${path}: No such file or directory`);
    }
    this.#set(path, { ...entry, changed: ++this.#clock });
  }

  #set(path: string, entry: Entry): void {
    if (!this.#entries.has(path)) this.#sorted = null;
    this.#entries.set(path, entry);
  }
}

const digests = new WeakMap<Entry, string>();

/** Files are looked at far more often than they are written. */
function sha256Of(entry: Entry): string {
  const digest = digests.get(entry) ?? sha256(entry.text);
  digests.set(entry, digest);
  return digest;
}

export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

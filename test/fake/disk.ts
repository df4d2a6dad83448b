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
  "/var/lib",
  "/var/cache",
  "/run/tsproxy",
];

/** The files of a host, by path. A clock that ticks with every change stands in for times. */
export class Disk {
  readonly #entries = new Map<string, Entry>();
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
    return [...this.#entries.keys()].filter((path) => path.startsWith(under)).sort();
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

  /** Returns those that were missing, the outermost first. */
  makeParents(path: string): string[] {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (parent === "" || this.get(parent) !== undefined) return [];
    const made = [...this.makeParents(parent), parent];
    this.makeDirectory(parent);
    return made;
  }

  /** With everything below it. */
  remove(path: string): void {
    for (const each of this.paths(`${path}/`)) this.#entries.delete(each);
    this.#entries.delete(path);
  }

  /** As it is, times included. */
  copy(from: string, to: string): void {
    const entry = this.get(from);
    if (entry === undefined) throw new Refusal(`${from}: No such file or directory`);
    this.#entries.set(to, entry);
  }

  isEmpty(path: string): boolean {
    return this.paths(`${path}/`).length === 0;
  }

  /** As the host's shell function of that name prints it. */
  digest(path: string): string {
    const entry = this.get(path);
    if (entry === undefined) return "absent";
    if (entry.kind === "link") return "link";
    return entry.kind === "file" ? sha256(entry.text) : "other";
  }

  #put(path: string, entry: Omit<Entry, "changed">): void {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (parent !== "" && this.get(parent)?.kind !== "directory") {
      throw new Refusal(`${path}: No such file or directory`);
    }
    this.#entries.set(path, { ...entry, changed: ++this.#clock });
  }
}

export function sha256(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

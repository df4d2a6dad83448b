import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Suite } from "../toolchain/versions.ts";

/** Where running laboratories keep their state; gone when the last one is down. */
export const laboratories = "/var/lib/tsproxy-lab";

/** One laboratory: its name and what was chosen for it. Written before anything of it exists, removed last. */
export interface Instance {
  readonly name: string;
  /** 0 to 15; the laboratory's internet is 198.18.<slot>.0/24. */
  readonly slot: number;
  /** The gateway's Debian release; the other hosts are always bookworm. */
  readonly suite: Suite;
}

const slots = 16;

/** The laboratory's directory, or a path below it. */
export const inLab = (name: string, ...parts: string[]): string => join(laboratories, name, ...parts);

/** Address number `number` of the laboratory's internet. */
export const internetAddress = (instance: Instance, number: number): string =>
  `198.18.${instance.slot}.${number}`;

/** @throws Error when the name would not fit into names of links and namespaces. */
export function checkName(name: string): void {
  if (/^[a-z][a-z0-9]{0,7}$/.test(name)) return;
  throw new Error(
    `"${name}" cannot name a laboratory: use 1 to 8 characters of a-z and 0-9, the first a letter`,
  );
}

/** The laboratories that exist, whole or half-made. */
export function instances(): Instance[] {
  if (!existsSync(laboratories)) return [];
  return readdirSync(laboratories, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => find(entry.name) ?? []);
}

/** The laboratory of that name, if there is one. */
export function find(name: string): Instance | undefined {
  const file = inLab(name, "instance.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Instance) : undefined;
}

/**
 * The laboratory of that name, claimed with the lowest free slot when there is none. Call it under the machine's lock.
 *
 * @throws Error when the laboratory exists with another release, or no slot is free.
 */
export function claim(name: string, suite: Suite | undefined): Instance {
  checkName(name);
  const existing = find(name);
  if (existing) {
    if (suite === undefined || suite === existing.suite) return existing;
    throw new Error(
      `laboratory ${name} runs ${existing.suite}: take it down first, or choose another --name`,
    );
  }
  const taken = new Set(instances().map((instance) => instance.slot));
  const slot = [...Array(slots).keys()].find((candidate) => !taken.has(candidate));
  if (slot === undefined)
    throw new Error(`${slots} laboratories are up: take one down with \`npm run lab -- down --name …\``);
  const instance: Instance = { name, slot, suite: suite ?? "bookworm" };
  writeWhole(inLab(name, "instance.json"), JSON.stringify(instance));
  return instance;
}

/** Writes a file that is either whole or not there, whenever this process is killed. */
export function writeWhole(path: string, text: string, mode = 0o644): void {
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(`${path}.part`, text, { mode });
  renameSync(`${path}.part`, path);
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { keyKind } from "./key-kind.ts";

/** Below `~/.ssh`, in the order in which they are tried when nothing is given. */
export const DEFAULT_KEYS = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** A path as a user writes it, `~/` included. */
export function expand(file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : file;
}

/** As a user writes it. */
export function inHome(name: string): string {
  return `~/.ssh/${name}`;
}

export interface Unreadable {
  /** `ENOENT` and the like. */
  readonly code: string;
  readonly cause: unknown;
}

export function textOf(file: string): string | Unreadable {
  try {
    return readFileSync(expand(file), "utf8");
  } catch (cause) {
    const code =
      typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "unreadable";
    return { code, cause };
  }
}

/** The public key in a `.pub` file; `null` when there is none. */
export function publicKeyIn(file: string): Buffer | null {
  const text = textOf(file);
  return typeof text === "string" ? keyKind(text).publicKey : null;
}

/** Public keys of the user, those of the default files first: they tell which keys of an agent are meant for hosts. */
export function publicKeysOfUser(): Buffer[] {
  const folder = expand("~/.ssh");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".pub")) : [];
  const first = DEFAULT_KEYS.map((name) => `${name}.pub`).filter((name) => names.includes(name));
  return [...new Set([...first, ...names.sort()])].flatMap((name) => publicKeyIn(inHome(name)) ?? []);
}

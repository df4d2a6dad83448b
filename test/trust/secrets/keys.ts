import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Canary } from "../../fake/canary.ts";
import { run } from "../../toolchain/command.ts";
import type { Search } from "./search.ts";

/** An SSH key with a passphrase, both of which are searched for. */
export interface WatchedKey {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly passphrase: string;
}

export async function watchedKey(name: string, search: Search): Promise<WatchedKey> {
  const passphrase = search.add(new Canary(`the passphrase of ${name}`)).core;
  const folder = mkdtempSync(join(tmpdir(), "tsproxy-key-"));
  const file = join(folder, "key");
  try {
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", file]);
    const privateKey = readFileSync(file, "utf8");
    // the end is the part that is encrypted; what stands before says nothing, or is the public key
    const body = privateKey.split("\n").slice(1, -2).join("");
    search.add(new Canary(name, body.slice(-100, -20)));
    return { privateKey, publicKey: readFileSync(`${file}.pub`, "utf8"), passphrase };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

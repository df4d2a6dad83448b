import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import type { SshServer } from "../../lab/ssh-server.ts";
import { prepareBase } from "../../toolchain/base.ts";
import { run } from "../../toolchain/command.ts";
import type { Case, Trial } from "../contract.ts";

export interface Keys {
  readonly private: string;
  /** As in authorized_keys. */
  readonly public: string;
}

export async function newKeys(): Promise<Keys> {
  const folder = mkdtempSync(join(tmpdir(), "tsproxy-keys-"));
  try {
    const path = join(folder, "key");
    await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
    return { private: readFileSync(path, "utf8"), public: readFileSync(`${path}.pub`, "utf8").trim() };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How a server is reached with its host key known. */
export function connectionTo(server: SshServer, user: string, keys: Keys): SshConnection {
  return {
    host: "127.0.0.1",
    port: server.port,
    user,
    hostKey: Object.values(server.hostKeys)[0] ?? "",
    privateKey: keys.private,
  };
}

/** A trial with real sshds: its cases share the keys of the login, and start their own servers. */
export function serverTrial(
  name: string,
  cases: Trial["cases"],
  attempt: (one: Case, keys: Keys) => Promise<void>,
): Trial {
  return {
    name,
    on: "machine",
    cases,
    async open() {
      await prepareBase("bookworm");
      const keys = await newKeys();
      return { try: (one) => attempt(one, keys), async close() {} };
    },
  };
}

import { createHmac } from "node:crypto";
import { hostKeyIn } from "../../../providers/host-key.ts";

/** In the order in which one is taken, of a host that has several. */
const TYPES = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa"];

/**
 * The key by which a host is known to OpenSSH, `ssh-ed25519 AAAA…`; `""` when it is not.
 *
 * @param text of `~/.ssh/known_hosts`: names in the clear or hashed. Patterns with `*` and `?`, and authorities, are
 * passed over; so are keys that are revoked.
 */
export function knownKey(text: string, host: string, port: number): string {
  const name = (port === 22 ? host : `[${host}]:${port}`).toLowerCase();
  const keys = text
    .split("\n")
    .filter((line) => namesOf(line).some((known) => isName(known, name)))
    .flatMap((line) => hostKeyIn(line) ?? []);
  const revoked = text
    .split("\n")
    .flatMap((line) => (line.startsWith("@revoked") ? (hostKeyIn(line) ?? []) : []));
  const usable = keys.filter(({ base64 }) => !revoked.some((other) => other.base64 === base64));
  const [first] = usable.sort((a, b) => TYPES.indexOf(a.type) - TYPES.indexOf(b.type));
  return first === undefined ? "" : `${first.type} ${first.base64}`;
}

function namesOf(line: string): string[] {
  return (line.trim().split(/\s+/)[0] ?? "").split(",");
}

/** `|1|SALT|HASH` stands for the name whose HMAC-SHA1 by the salt is the hash. */
function isName(known: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([^|]+)\|([^|]+)$/.exec(known) ?? [];
  if (salt === undefined) return known.toLowerCase() === name;
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

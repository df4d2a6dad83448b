import { createHash } from "node:crypto";
import { hostKeyIn } from "../host-key.ts";

/** A host key as it is written down: its type and its bytes. */
export interface HostKey {
  readonly type: string;
  readonly bytes: Buffer;
}

/** Reads `ssh-ed25519 AAAA…`, with or without a host name before it and a comment behind it. */
export function parseHostKey(line: string): HostKey | null {
  const key = hostKeyIn(line);
  if (key === null) return null;
  const bytes = Buffer.from(key.base64, "base64");
  return typeOf(bytes) === key.type ? { type: key.type, bytes } : null;
}

/** The type stands in the first field of the key itself (RFC 4253, 6.6). */
export function typeOf(bytes: Buffer): string {
  const [type] = stringsIn(bytes);
  return type?.toString("latin1") ?? "";
}

/** Strings that stand one behind the other from `at` on, each behind its length (RFC 4251, 5), as far as they are whole. */
export function* stringsIn(bytes: Buffer, at = 0): Generator<Buffer> {
  let begin = at + 4;
  while (begin <= bytes.length) {
    const end = begin + bytes.readUInt32BE(begin - 4);
    if (end > bytes.length) return;
    yield bytes.subarray(begin, end);
    begin = end + 4;
  }
}

/** The line to paste. */
export function lineOf(bytes: Buffer): string {
  return `${typeOf(bytes)} ${bytes.toString("base64")}`;
}

/** As `ssh-keygen -l` prints it. */
export function fingerprintOf(bytes: Buffer): string {
  return `SHA256:${createHash("sha256").update(bytes).digest("base64").replace(/=+$/, "")}`;
}

const ED25519 = ["ssh-ed25519"];
const ECDSA = ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];
const RSA = ["rsa-sha2-512", "rsa-sha2-256"];

/**
 * Algorithms in the order in which they are offered: that of the expected key first, because the
 * server shows only one key. The others stay in the list so that a host without it can be told apart.
 */
export function algorithmsFor(expected: HostKey | null): string[] {
  const all = [...ED25519, ...ECDSA, ...RSA];
  const first =
    expected === null ? [] : expected.type === "ssh-rsa" ? RSA : all.filter((name) => name === expected.type);
  return [...new Set([...first, ...all])];
}

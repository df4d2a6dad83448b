import { stringsIn, typeOf } from "../host-key.ts";

/** What was given for a private key. */
export interface KeyKind {
  readonly sort: KeySort;
  /** Completes "it is …". */
  readonly is: string;
  /** Completes "… : " with what makes a key of it that can be used; empty where nothing has to be done. */
  readonly remedy: string;
  /** How the key is known to hosts and agents, where that can be read without a passphrase. */
  readonly publicKey: Buffer | null;
}

export type KeySort = keyof typeof WORDS;

const AGENT = "hand it to an agent (ssh-add)";
const ORDINARY = "make an ordinary one for this host: ssh-keygen -t ed25519";
const WHOLE = "give the whole text of the file, line by line";

const WORDS = {
  private: ["a private key", ""],
  encrypted: ["a private key with a passphrase", `give passphrase, ${AGENT}, or take it off (ssh-keygen -p)`],
  locked: ["a private key that the passphrase does not open", "correct passphrase"],
  public: ["a public key", "give the private key; or the public one of a key that an agent holds"],
  certificate: [
    "a certificate",
    "give the private key, and let the host know its public key (authorized_keys)",
  ],
  fido: ["a key on a security key (FIDO), which cannot be used here", ORDINARY],
  dsa: ["a DSA key, which sshd takes no more", ORDINARY],
  putty: ["a PuTTY key", "convert it: puttygen <file> -O private-openssh-new -o <new file>"],
  pkcs8: [
    "a private key in PKCS#8",
    "convert it: ssh-keygen -p -f <file>; of @pulumi/tls take privateKeyOpenssh",
  ],
  commercial: ["a private key of ssh.com", "convert it: ssh-keygen -i -f <file> > <new file>"],
  ssh1: ["a key of SSH 1, which sshd takes no more", ORDINARY],
  x509: ["an X.509 certificate", "give an SSH private key: ssh-keygen -t ed25519"],
  utf16: ["text in UTF-16, as PowerShell's > writes it", "write it anew as UTF-8 or ASCII"],
  flat: ["a private key that has lost its line breaks", WHOLE],
  cut: ["the beginning of a private key", WHOLE],
  empty: ["empty", "give the text of a private key"],
  unknown: [
    "no private key that can be read",
    "ssh-keygen -y -f <file> says whether it is one; make one: ssh-keygen -t ed25519",
  ],
} as const;

/** What is not a whole key of OpenSSH, by how it looks; the first that fits. */
const FORMS: readonly (readonly [RegExp, KeySort])[] = [
  [/^$/, "empty"],
  [/\0|^\ufffd/, "utf16"],
  [/^PuTTY-User-Key-File-/, "putty"],
  [/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?!\n|$)/, "flat"],
  [/^-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(?![\s\S]*\n-----END )/, "cut"],
  [/^-----BEGIN (?:ENCRYPTED )?PRIVATE KEY-----/, "pkcs8"],
  [/^-----BEGIN DSA PRIVATE KEY-----/, "dsa"],
  [/^-----BEGIN (?:RSA|EC) PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED/, "encrypted"],
  [/^-----BEGIN (?:RSA|EC) PRIVATE KEY-----/, "private"],
  [/^-----BEGIN (?:RSA )?PUBLIC KEY-----|^---- BEGIN SSH2 PUBLIC KEY ----/, "public"],
  [/^---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----/, "commercial"],
  [/^SSH PRIVATE KEY FILE FORMAT 1/, "ssh1"],
  [/^-----BEGIN CERTIFICATE-----/, "x509"],
];

/** Reads what was given for a private key as far as is possible without its passphrase. */
export function keyKind(given: string): KeyKind {
  const text = tidy(given);
  const [, base64 = ""] = /^-----BEGIN OPENSSH PRIVATE KEY-----\n([\s\S]*)\n-----END /.exec(text) ?? [];
  if (base64 !== "") return ofOpenSsh(Buffer.from(base64, "base64"));
  const [, line = ""] = /^(?:\S+ )?((?:ssh|ecdsa|sk)-\S+ AAAA[A-Za-z0-9+/=]+)/.exec(text) ?? [];
  if (line !== "") return publicKind(Buffer.from(line.slice(line.indexOf(" ")), "base64"));
  const [, sort] = FORMS.find(([form]) => form.test(text)) ?? [null, "unknown" as const];
  return inWords(sort, null);
}

/** Without what editors, YAML and Windows put around lines, none of which belongs to a key. */
export function tidy(text: string): string {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  return lines
    .map((line) => line.trim())
    .join("\n")
    .trim();
}

export function inWords(sort: KeySort, publicKey: Buffer | null): KeyKind {
  const [is, remedy] = WORDS[sort];
  return { sort, is, remedy, publicKey };
}

/** https://cvsweb.openbsd.org/src/usr.bin/ssh/PROTOCOL.key */
const MAGIC = "openssh-key-v1\0";

function ofOpenSsh(bytes: Buffer): KeyKind {
  if (bytes.toString("latin1", 0, MAGIC.length) !== MAGIC) return inWords("unknown", null);
  const [cipher, kdf, options] = stringsIn(bytes, MAGIC.length);
  if (cipher === undefined || kdf === undefined || options === undefined) return inWords("cut", null);
  const count = 4;
  const [key] = stringsIn(bytes, MAGIC.length + 3 * 4 + cipher.length + kdf.length + options.length + count);
  if (key === undefined) return inWords("cut", null);
  return inWords(sortOf(key, cipher.toString("latin1") === "none" ? "private" : "encrypted"), key);
}

/** What a public key is of, as hosts and agents have it. */
export function publicKind(key: Buffer): KeyKind {
  return inWords(sortOf(key, "public"), key);
}

function sortOf(key: Buffer, ordinary: KeySort): KeySort {
  const type = typeOf(key);
  if (type.includes("-cert-")) return "certificate";
  if (type.startsWith("sk-")) return "fido";
  return type === "ssh-dss" ? "dsa" : ordinary;
}

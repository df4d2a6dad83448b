import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf } from "../../../../providers/ssh/host-key.ts";
import { keyKind } from "../../../../providers/ssh/keys/key-kind.ts";
import { isOffer, keyOffer } from "../../../../providers/ssh/keys/offer.ts";

const PUTTY = "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me\nPublic-Lines: 2\n";
/** Of a FIDO key: the file holds a handle, and the secret is on the security key. */
const FIDO = `-----BEGIN OPENSSH PRIVATE KEY-----
${Buffer.concat([
  Buffer.from("openssh-key-v1\0"),
  ...["none", "none", ""].map(field),
  Buffer.from([0, 0, 0, 1]),
  field(Buffer.concat([field("sk-ssh-ed25519@openssh.com"), field("x".repeat(32)), field("ssh:")])),
  field("handle"),
]).toString("base64")}
-----END OPENSSH PRIVATE KEY-----
`;

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

describe("what is given for a private key", () => {
  let folder: string;
  const made = (name: string, ...options: string[]): string => {
    const path = join(folder, name);
    execFileSync("ssh-keygen", ["-q", "-N", "", "-C", "me", "-f", path, ...options]);
    return path;
  };
  const read = (path: string) => readFileSync(path, "utf8");
  const offer = (text: string, passphrase?: string) => keyOffer({ name: "k", text, passphrase }, "root");
  const fingerprint = (path: string) =>
    execFileSync("ssh-keygen", ["-l", "-f", path], { encoding: "utf8" }).split(" ")[1];
  let ordinary: string;
  let locked: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsproxy-keys-"));
    ordinary = made("ordinary", "-t", "ed25519");
    locked = made("locked", "-t", "ed25519", "-N", "sesame");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ["ed25519", "-t", "ed25519"],
    ["ecdsa", "-t", "ecdsa"],
    ["rsa", "-t", "rsa", "-b", "2048"],
    ["rsa-pem", "-t", "rsa", "-b", "2048", "-m", "PEM"],
    ["ecdsa-pem", "-t", "ecdsa", "-m", "PEM"],
  ])("may be used as it is when it is %s", (name, ...options) => {
    const path = made(name, ...options);
    const found = offer(read(path));
    expect(isOffer(found) && found.fingerprint).toBe(fingerprint(path));
    expect(keyKind(read(path)).sort).toBe("private");
  });

  it.each<[string, (text: string) => string]>([
    ["Windows' line ends", (text) => text.replaceAll("\n", "\r\n")],
    ["a byte order mark", (text) => `\ufeff${text}`],
    ["an indentation", (text) => text.replace(/^/gm, "    ")],
    ["no last line end", (text) => text.trim()],
  ])("may have %s", (_, spoilt) => {
    expect(isOffer(offer(spoilt(read(ordinary))))).toBe(true);
  });

  it("opens with its passphrase, and with no other", () => {
    expect(isOffer(offer(read(locked), "sesame"))).toBe(true);
    expect(offer(read(locked))).toMatchObject({
      sort: "encrypted",
      remedy: expect.stringContaining("ssh-add"),
    });
    expect(offer(read(locked), "wrong")).toMatchObject({ sort: "locked" });
    const pem = made("locked-pem", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "sesame");
    expect(isOffer(offer(read(pem), "sesame"))).toBe(true);
    expect(offer(read(pem))).toMatchObject({ sort: "encrypted", publicKey: null });
    expect(offer(read(pem), "wrong")).toMatchObject({ sort: "locked" });
  });

  it("tells its public half, by which an agent may be asked for it", () => {
    for (const path of [locked, ordinary, `${locked}.pub`]) {
      const { publicKey } = keyKind(read(path));
      expect(fingerprintOf(publicKey ?? Buffer.alloc(0))).toBe(fingerprint(path));
    }
  });

  it.each<[string, RegExp, () => string]>([
    ["public", /give the private key/, () => read(`${ordinary}.pub`)],
    [
      "public",
      /give the private key/,
      () => execFileSync("ssh-keygen", ["-e", "-f", ordinary], { encoding: "utf8" }),
    ],
    [
      "certificate",
      /authorized_keys/,
      () => {
        execFileSync("ssh-keygen", ["-q", "-s", ordinary, "-I", "me", "-n", "root", `${ordinary}.pub`]);
        return read(`${ordinary}-cert.pub`);
      },
    ],
    ["fido", /ssh-keygen -t ed25519/, () => FIDO],
    [
      "fido",
      /ssh-keygen -t ed25519/,
      () => `sk-ssh-ed25519@openssh.com ${field("sk-ssh-ed25519@openssh.com").toString("base64")}`,
    ],
    [
      "dsa",
      /ssh-keygen -t ed25519/,
      () => "-----BEGIN DSA PRIVATE KEY-----\nMIIB\n-----END DSA PRIVATE KEY-----\n",
    ],
    ["dsa", /ssh-keygen -t ed25519/, () => `ssh-dss ${field("ssh-dss").toString("base64")}`],
    ["putty", /puttygen <file> -O private-openssh-new/, () => PUTTY],
    [
      "pkcs8",
      /privateKeyOpenssh/,
      () => generateKeyPairSync("ed25519").privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    ],
    ["x509", /ssh-keygen/, () => "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
    ["ssh1", /ssh-keygen -t ed25519/, () => "SSH PRIVATE KEY FILE FORMAT 1.1\n"],
    ["commercial", /ssh-keygen -i/, () => "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nP2/56wAA\n"],
    ["utf16", /UTF-8/, () => Buffer.from(`\ufeff${read(ordinary)}`, "utf16le").toString("utf8")],
    ["flat", /line by line/, () => read(ordinary).replaceAll("\n", "\\n")],
    ["flat", /line by line/, () => read(ordinary).replaceAll("\n", " ")],
    ["cut", /line by line/, () => read(ordinary).slice(0, 150)],
    ["empty", /text of a private key/, () => "\n"],
    ["unknown", /ssh-keygen -y/, () => "sesame"],
    [
      "unknown",
      /ssh-keygen -y/,
      () => "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
    ],
  ])("is said to be %s, and what to do is %s", (sort, remedy, text) => {
    expect(keyKind(text()).sort).toBe(sort);
    expect(offer(text())).toMatchObject({ name: "k", sort, remedy: expect.stringMatching(remedy) });
  });

  it("is nowhere in what is said of it", () => {
    const [, middle = ""] = read(locked).split("\n");
    expect(JSON.stringify({ ...offer(read(locked)), publicKey: null })).not.toContain(middle);
  });
});

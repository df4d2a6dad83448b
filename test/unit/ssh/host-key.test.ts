import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { algorithmsFor, fingerprintOf, lineOf, parseHostKey } from "../../../providers/ssh/host-key.ts";

/** From `ssh-keygen -t ed25519`, with what `ssh-keygen -l` says of it. */
const LINE = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

describe("a host key", () => {
  it.each([
    LINE,
    `${LINE} root@gateway`,
    `gateway.lan ${LINE}`,
    `gateway.lan,192.0.2.7 ${LINE} comment with words`,
    `[gateway.lan]:2222 ${LINE}`,
    `|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ${LINE}`,
    `  ${LINE}\n`,
    LINE.replace(" ", "\t"),
  ])("is read from %j", (line) => {
    const key = parseHostKey(line);
    expect(key?.type).toBe("ssh-ed25519");
    expect(lineOf(key?.bytes ?? Buffer.alloc(0))).toBe(LINE);
  });

  it.each([
    "",
    "ssh-ed25519",
    "ssh-ed25519 ",
    "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
    LINE.replace("ssh-ed25519", "ssh-rsa"),
    "ssh-ed25519 AAAA",
    "ssh-ed25519 /////w==",
    "SHA256:uNiVztksCsDhcc0u9e8BgrJXVGDBfJ5qAWLYpxw0vPI",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
  ])("is not read from %j", (line) => {
    expect(parseHostKey(line)).toBeNull();
  });

  it("is not read from garbage, and does not fault on it", () => {
    const garbage = fc
      .tuple(fc.constantFrom("ssh-ed25519", "ecdsa-sha2-nistp256"), fc.base64String())
      .map((words) => words.join(" "));
    fc.assert(fc.property(fc.oneof(garbage, fc.string()), (line) => expect(parseHostKey(line)).toBeNull()));
  });

  it.each(["ed25519", "rsa", "ecdsa"])(
    "of type %s has the line and the fingerprint that ssh-keygen shows",
    (type) => {
      const folder = mkdtempSync(join(tmpdir(), "tsproxy-key-"));
      const file = join(folder, "key");
      spawnSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", "comment", "-f", file]);
      const line = readFileSync(`${file}.pub`, "utf8");
      const shown = spawnSync("ssh-keygen", ["-lf", file], { encoding: "utf8" }).stdout.split(" ")[1];
      rmSync(folder, { recursive: true });
      const key = parseHostKey(line);
      expect(lineOf(key!.bytes)).toBe(line.trim().split(" ").slice(0, 2).join(" "));
      expect(fingerprintOf(key!.bytes)).toBe(shown);
      expect(algorithmsFor(key)[0]).toMatch(
        { ed25519: /^ssh-ed25519$/, rsa: /^rsa-sha2-512$/, ecdsa: /^ecdsa-sha2-nistp256$/ }[type]!,
      );
    },
  );
});

describe("the algorithms that are offered", () => {
  const ALL = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
  ];

  it.each([
    [null, "ssh-ed25519"],
    ["ssh-ed25519", "ssh-ed25519"],
    ["ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384"],
    ["ssh-rsa", "rsa-sha2-512"],
    ["sk-ssh-ed25519@openssh.com", "ssh-ed25519"],
  ])("begin with that of the expected key: %s", (type, first) => {
    const offered = algorithmsFor(type === null ? null : { type, bytes: Buffer.alloc(0) });
    expect(offered[0]).toBe(first);
    expect([...offered].sort()).toEqual([...ALL].sort());
  });

  it("never hold SHA-1 or DSA", () => {
    expect(algorithmsFor({ type: "ssh-rsa", bytes: Buffer.alloc(0) })).not.toEqual(
      expect.arrayContaining(["ssh-rsa"]),
    );
  });
});

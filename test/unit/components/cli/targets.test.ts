import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ToolError } from "../../../../components/cli/error.ts";
import { knownKey } from "../../../../components/cli/gateway/known-hosts.ts";
import { reasonOf, targetFor, targetsFor } from "../../../../components/cli/gateway/targets.ts";
import { HostError } from "../../../../providers/engine/errors.ts";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHvvAVo+Qk5bz6sBocZef2Fio1df5+jd8IZdE0ZKkm9h";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOTHERo+Qk5bz6sBocZef2Fio1df5+jd8IZdE0ZKkm9h";

const HOME = `
  tsproxy:gateways:
    home:
      ssh: { host: gateway.lan, user: admin, port: 2222, hostKey: ${KEY} }
      primaryAddress: 100.64.0.10
      tailnets:
        work: { socks: { port: 11080, users: [ann] }, dns: { suffix: work.internal } }
        lab: { browserLogin: true, socks: { port: 11081 } }`;

describe("gateways of a stack", () => {
  let folder: string;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tsproxy-tool-"));
    write("Pulumi.yaml", "name: x\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const caught = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      if (error instanceof Error) return error;
    }
    throw new Error("nothing was thrown");
  };

  it("are read without its secrets, from a folder below too", () => {
    write("Pulumi.home.yaml", `config:${HOME}\n  tsproxy:secrets: { secure: v1:xxx }\n`);
    mkdirSync(join(folder, "below"));
    expect(targetsFor({}, join(folder, "below"))).toEqual([
      {
        name: "home",
        connection: { host: "gateway.lan", user: "admin", port: 2222, hostKey: KEY, agent: false },
        mayHaveSecretKey: true,
      },
    ]);
  });

  it("are read as `pulumi config set` writes them, too", () => {
    const gateways = {
      home: { ssh: { host: "g", hostKey: KEY, agent: true }, primaryAddress: "100.64.0.10" },
    };
    write("Pulumi.home.yaml", `config:\n  tsproxy:gateways: '${JSON.stringify(gateways)}'\n`);
    expect(targetFor({}, folder)).toMatchObject({ name: "home", mayHaveSecretKey: false });
  });

  it("are refused with everything that is wrong, as the program does", () => {
    write("Pulumi.home.yaml", `config:${HOME.replace("11080", "0").replace("100.64.0.10", "x")}\n`);
    const { message } = caught(() => targetsFor({}, folder));
    expect(message).toContain("configuration: 2 problems");
    expect(message).toContain("tsproxy:gateways.home.primaryAddress");
    expect(message).toContain("tsproxy:gateways.home.tailnets.work.socks.port");
  });

  it("have a line where their file cannot be read", () => {
    write("Pulumi.home.yaml", "config:\n  a: [\n");
    expect(caught(() => targetsFor({}, folder)).message).toMatch(/Pulumi\.home\.yaml: .* at line \d/);
  });

  it("are chosen by stack and by name, where there are several", () => {
    write("Pulumi.one.yaml", `config:${HOME}\n`);
    write(
      "Pulumi.two.yaml",
      `config:${HOME}${HOME.replace("\n  tsproxy:gateways:", "").replace("home", "away").replace("gateway.lan", "other.lan")}\n`,
    );
    write("Pulumi.none.yaml", "config: {}\n");
    expect(caught(() => targetsFor({}, folder)).message).toContain("choose one with --stack NAME");
    expect(caught(() => targetFor({ stack: "two" }, folder)).message).toContain(
      "several gateways (home, away): choose one with --gateway NAME",
    );
    expect(targetFor({ stack: "org/project/two", gateway: "away" }, folder).name).toBe("away");
    expect(caught(() => targetsFor({ stack: "two", gateway: "awy" }, folder)).message).toContain(
      "which has home, away",
    );
    expect(caught(() => targetsFor({ stack: "tow" }, folder)).message).toContain(
      "the stacks there are none, one, two",
    );
  });

  it("are asked for where no stack has any", () => {
    const error = caught(() => targetsFor({}, folder));
    expect(error).toBeInstanceOf(ToolError);
    expect(error).toMatchObject({ status: 2 });
    expect(error.message).toContain("--host user@address");
  });

  it("are called with the key that is named", () => {
    write("Pulumi.home.yaml", `config:${HOME}\n`);
    const { connection } = targetFor({ identity: "~/.ssh/other", hostKey: OTHER }, folder);
    expect(connection).toMatchObject({ privateKeyFile: "~/.ssh/other", hostKey: OTHER });
  });
});

describe("a gateway by its address", () => {
  it.each([
    ["gateway.lan", { host: "gateway.lan", user: "root", port: 22 }],
    ["admin@10.0.0.1:2222", { host: "10.0.0.1", user: "admin", port: 2222 }],
    ["root@[fd7a::1]:22", { host: "fd7a::1", user: "root", port: 22 }],
    ["[fd7a::1]", { host: "fd7a::1", user: "root", port: 22 }],
  ])("may be written %s", (host, connection) => {
    expect(targetFor({ host }).connection).toMatchObject(connection);
  });

  it.each(["", "a@b@c", "fd7a::1", "gateway.lan:0", "gateway.lan:65536", "a b"])("cannot be %j", (host) => {
    expect(() => targetFor({ host })).toThrow("--host");
  });

  it("is not trusted by what is no host key", () => {
    expect(() => targetFor({ host: "g", hostKey: "SHA256:abc" })).toThrow("--host-key SHA256:abc: is not");
  });
});

describe("what is said of a login that fails", () => {
  const error = (code: "host-key" | "credentials" | "unreachable") =>
    new HostError(code, { host: "g", doing: "log in", because: "so it is" });
  const target = { name: "home", connection: { host: "g", port: 22, user: "root", hostKey: "" } };

  it("names the option for the host's key, where none is known", () => {
    expect(reasonOf(error("host-key"), { ...target, mayHaveSecretKey: false })).toContain("--host-key");
  });

  it("names what to give for a key that is a secret of the configuration, and only there", () => {
    expect(reasonOf(error("credentials"), { ...target, mayHaveSecretKey: true })).toContain("--identity");
    expect(reasonOf(error("credentials"), { ...target, mayHaveSecretKey: false })).not.toContain(
      "--identity",
    );
    expect(reasonOf(error("unreachable"), { ...target, mayHaveSecretKey: true })).not.toContain("hint");
  });
});

describe("known_hosts", () => {
  const rsa = `ssh-rsa ${"A".repeat(60)}`;
  const hashed = (name: string) => {
    const salt = Buffer.from("0123456789abcdefghij");
    return `|1|${salt.toString("base64")}|${createHmac("sha1", salt).update(name).digest("base64")}`;
  };

  it.each([
    ["a name", `other ${OTHER}\ngateway.lan,10.0.0.1 ${KEY} comment\n`, 22, KEY],
    ["a name in capitals", `Gateway.LAN ${KEY}\n`, 22, KEY],
    ["a hashed name", `${hashed("gateway.lan")} ${KEY}\n`, 22, KEY],
    ["a port", `[gateway.lan]:2222 ${KEY}\ngateway.lan ${OTHER}\n`, 2222, KEY],
    ["the better of two types", `gateway.lan ${rsa}\ngateway.lan ${KEY}\n`, 22, KEY],
    ["nothing for another port", `gateway.lan ${KEY}\n`, 2222, ""],
    ["nothing that is revoked", `gateway.lan ${KEY}\n@revoked * ${KEY}\n`, 22, ""],
    ["no authority", `@cert-authority gateway.lan ${KEY}\n`, 22, ""],
    ["nothing in a comment", `# gateway.lan ${KEY}\n`, 22, ""],
  ])("knows a host by %s", (_, text, port, key) => {
    expect(knownKey(text, "gateway.lan", port)).toBe(key);
    expect(knownKey(text, "GateWay.LAN", port)).toBe(key);
  });
});

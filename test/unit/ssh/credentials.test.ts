import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { KEY_VARIABLE, methodsFor } from "../../../providers/ssh/credentials.ts";

let home: string;

jest.mock("node:os", () => ({ ...jest.requireActual<typeof os>("node:os"), homedir: () => home }));

const AGENT = { SSH_AUTH_SOCK: "/run/agent" };

describe("ways to log in", () => {
  const file = (name: string) => join(home, ".ssh", name);

  beforeEach(() => {
    home = mkdtempSync(join(os.tmpdir(), "tsproxy-home-"));
    mkdirSync(join(home, ".ssh"));
    for (const name of ["given", "override"]) writeFileSync(file(name), `text of ${name}`);
  });
  afterEach(() => {
    rmSync(home, { recursive: true });
  });

  const ways = (parts: Partial<SshConnection>, environment: NodeJS.ProcessEnv = {}) =>
    methodsFor({ host: "gw", port: 22, user: "root", hostKey: "", ...parts }, environment).map((method) =>
      method.type === "agent" ? `agent ${String(method.agent)}` : String(method.key),
    );

  it("are the key that is given, and no other", () => {
    expect(ways({ privateKey: "text of key" }, AGENT)).toEqual(["text of key"]);
  });

  it("are the key file that is given, and no other", () => {
    expect(ways({ privateKeyFile: file("given") }, AGENT)).toEqual(["text of given"]);
  });

  it("may be given below the home directory", () => {
    expect(ways({ privateKeyFile: "~/.ssh/given" })).toEqual(["text of given"]);
  });

  it("are the agent, and no other, when it is asked for", () => {
    writeFileSync(file("id_ed25519"), "default");
    expect(ways({ agent: true }, AGENT)).toEqual(["agent /run/agent"]);
  });

  it("are the agent and the first key of the user when nothing is given", () => {
    writeFileSync(file("id_ecdsa"), "ecdsa");
    writeFileSync(file("id_rsa"), "rsa");
    expect(ways({}, AGENT)).toEqual(["agent /run/agent", "ecdsa"]);
    expect(ways({})).toEqual(["ecdsa"]);
  });

  it.each([{ privateKey: "text of key" }, { agent: true }, {}])(
    "begin with what the environment names, whatever the state holds: %j",
    (parts) => {
      writeFileSync(file("id_rsa"), "rsa");
      const found = ways(parts, { ...AGENT, [KEY_VARIABLE]: file("override") });
      expect(found[0]).toBe("text of override");
      expect(found).toHaveLength(2);
    },
  );

  it("may be the agent by the environment, whatever the state holds", () => {
    expect(ways({ privateKey: "old" }, { ...AGENT, [KEY_VARIABLE]: "agent" })).toEqual([
      "agent /run/agent",
      "old",
    ]);
  });

  it("are still there by the environment when the key that the state names is lost", () => {
    expect(ways({ privateKeyFile: file("lost") }, { [KEY_VARIABLE]: file("override") })).toEqual([
      "text of override",
    ]);
  });

  it("are what the state holds when the variable is empty", () => {
    expect(ways({ privateKey: "text of key" }, { [KEY_VARIABLE]: "" })).toEqual(["text of key"]);
  });

  it("carry user and passphrase", () => {
    const connection = { host: "gw", port: 22, user: "admin", hostKey: "", privateKey: "k", passphrase: "p" };
    expect(methodsFor(connection, {})).toEqual([
      { type: "publickey", username: "admin", key: "k", passphrase: "p" },
    ]);
    expect(methodsFor({ ...connection, privateKeyFile: file("given") }, {})[0]).not.toHaveProperty("agent");
  });

  it("that do not exist are told with what was looked for and what to do", () => {
    expect(() => ways({})).toThrow(
      new Error(`gw: cannot log in: there is nothing to log in with [authentication]
  | TSPROXY_SSH_KEY_FILE is not set
  | SSH_AUTH_SOCK is not set
  | ~/.ssh/id_ed25519 is not there
  | ~/.ssh/id_ecdsa is not there
  | ~/.ssh/id_rsa is not there
  hint: give ssh.privateKey or ssh.privateKeyFile, start an agent (SSH_AUTH_SOCK), or set TSPROXY_SSH_KEY_FILE`),
    );
  });

  it("that do not exist are told without what was not looked for", () => {
    expect(() => ways({ agent: true }, { [KEY_VARIABLE]: "agent" })).toThrow(
      `  | TSPROXY_SSH_KEY_FILE is "agent"
  | SSH_AUTH_SOCK is not set
  | ssh.agent is true: no key file was looked for
  hint: `,
    );
  });

  it.each([
    [{ privateKeyFile: "/nonexistent/key" }, {}],
    [{}, { [KEY_VARIABLE]: "/nonexistent/key" }],
  ])("that cannot be read are named: %j %j", (parts, environment) => {
    expect(() => ways(parts, environment)).toThrow(
      /^gw: cannot log in: the private key \/nonexistent\/key cannot be read \(.+\) \[authentication\]$/m,
    );
  });
});

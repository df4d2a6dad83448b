import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import os from "node:os";
import { join } from "node:path";
import type { SshConnection } from "../../../../providers/ssh/connection.ts";
import { credentialsFor, KEY_VARIABLE } from "../../../../providers/ssh/keys/credentials.ts";
import { until } from "../../../lab/waiting.ts";

let home: string;

jest.mock("node:os", () => ({ ...jest.requireActual<typeof os>("node:os"), homedir: () => home }));

/** Keys are made once: their texts by name, with the public halves. */
const KEYS = ["given", "override", "id_ed25519", "id_ecdsa", "id_rsa", "a", "b", "c", "d", "e", "f", "g"];

describe("what there is to log in with", () => {
  let store: string;
  let agent: ChildProcess;
  let environment: NodeJS.ProcessEnv;
  const file = (name: string) => join(home, ".ssh", name);
  const stored = (name: string) => readFileSync(join(store, name), "utf8");
  const have = (...names: string[]) => {
    for (const name of names) writeFileSync(file(name), stored(name), { mode: 0o600 });
  };
  const add = (...names: string[]) =>
    execFileSync("ssh-add", ["-q", ...names.map((name) => join(store, name))], {
      env: environment,
      stdio: "pipe",
    });
  const forget = () => execFileSync("ssh-add", ["-q", "-D"], { env: environment, stdio: "pipe" });

  beforeAll(async () => {
    store = mkdtempSync(join(os.tmpdir(), "tsproxy-keys-"));
    for (const name of KEYS)
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(store, name)]);
    execFileSync("ssh-keygen", [
      "-q",
      "-t",
      "ed25519",
      "-N",
      "sesame",
      "-C",
      "locked",
      "-f",
      join(store, "locked"),
    ]);
    const socket = join(store, "agent");
    agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    environment = { SSH_AUTH_SOCK: socket };
    await until("ssh-agent", async () => existsSync(socket), 5_000, "ssh-agent -D");
  });
  afterAll(() => {
    agent.kill();
    rmSync(store, { recursive: true });
  });
  beforeEach(() => {
    home = mkdtempSync(join(os.tmpdir(), "tsproxy-home-"));
    mkdirSync(join(home, ".ssh"));
    forget();
    have("given", "override");
  });
  afterEach(() => rmSync(home, { recursive: true }));

  const search = (parts: Partial<SshConnection>, where: NodeJS.ProcessEnv = {}) =>
    credentialsFor({ host: "gw", port: 22, user: "root", hostKey: "", ...parts }, "ssh", where);
  const ways = async (parts: Partial<SshConnection>, where: NodeJS.ProcessEnv = {}) =>
    (await search(parts, where)).offers.map(({ name }) => name.replace(home, "~"));

  it("is the key that is given, and no other", async () => {
    have("id_ed25519");
    add("a");
    expect(await ways({ privateKey: stored("given") }, environment)).toEqual(["ssh.privateKey"]);
    expect(await ways({ privateKeyFile: file("given") }, environment)).toEqual(["~/.ssh/given"]);
    expect(await ways({ privateKeyFile: "~/.ssh/given" })).toEqual(["~/.ssh/given"]);
  });

  it("is the agent, and no other, when it is asked for", async () => {
    have("id_ed25519");
    add("a");
    expect(await ways({ agent: true }, environment)).toEqual(["a of the agent"]);
  });

  it("is the first key file of the user, and then the agent, when nothing is given", async () => {
    have("id_ecdsa", "id_rsa");
    add("a");
    expect(await ways({}, environment)).toEqual(["~/.ssh/id_ecdsa", "a of the agent"]);
    expect(await ways({})).toEqual(["~/.ssh/id_ecdsa"]);
  });

  it("is the next key file where the first has a passphrase", async () => {
    writeFileSync(file("id_ed25519"), stored("locked"));
    have("id_rsa");
    const { offers, notes } = await search({});
    expect(offers.map(({ name }) => name)).toEqual(["~/.ssh/id_rsa"]);
    expect(notes).toEqual([
      expect.stringMatching(/^~\/\.ssh\/id_ed25519 is a private key with a passphrase: .*ssh-add/),
    ]);
  });

  it.each([{ privateKey: "given" }, { agent: true }, {}])(
    "begins with what the environment names, whatever the state holds: %j",
    async ({ privateKey, ...parts }: { privateKey?: string; agent?: boolean }) => {
      add("a");
      const connection = privateKey === undefined ? parts : { privateKey: stored(privateKey) };
      const found = await ways(connection, { ...environment, [KEY_VARIABLE]: file("override") });
      expect(found[0]).toBe("~/.ssh/override");
      expect(found).toHaveLength(2);
    },
  );

  it("may be the agent by the environment, whatever the state holds", async () => {
    add("a");
    const found = await ways({ privateKey: stored("given") }, { ...environment, [KEY_VARIABLE]: "agent" });
    expect(found).toEqual(["a of the agent", "ssh.privateKey"]);
  });

  it.each([{ privateKeyFile: "~/.ssh/lost" }, { privateKey: "nonsense" }, { agent: true }])(
    "is still there by the environment when what the state names is of no use: %j",
    async (parts) => {
      expect(await ways(parts, { [KEY_VARIABLE]: file("override") })).toEqual(["~/.ssh/override"]);
    },
  );

  it("is what the state holds when the variable is empty", async () => {
    expect(await ways({ privateKeyFile: "~/.ssh/given" }, { [KEY_VARIABLE]: "" })).toEqual(["~/.ssh/given"]);
  });

  it("is a key file even if the agent is dead, and that is noted", async () => {
    have("id_ed25519");
    const { offers, notes } = await search({}, { SSH_AUTH_SOCK: join(home, "gone") });
    expect(offers.map(({ name }) => name)).toEqual(["~/.ssh/id_ed25519"]);
    expect(notes).toEqual([`SSH_AUTH_SOCK is ${join(home, "gone")}: no agent answers there`]);
  });

  it("is noted of an agent that takes the call and says nothing, or hangs up", async () => {
    for (const [why, greet] of [
      ["it gave no answer within 3 s", () => undefined],
      ["it hung up", (caller: Socket) => caller.destroy()],
    ] as const) {
      const path = join(home, `agent ${why}`);
      const callers: Socket[] = [];
      const server = createServer((caller) => {
        callers.push(caller);
        greet(caller);
      }).listen(path);
      const { notes } = await search({}, { SSH_AUTH_SOCK: path });
      expect(notes).toEqual([`SSH_AUTH_SOCK is ${path}: ${why}`]);
      for (const caller of callers) caller.destroy();
      server.close();
    }
  });

  it("is of an agent's many keys first those that the user has the public halves of, and five in all", async () => {
    add("a", "b", "c", "d", "e", "f", "g", "id_rsa");
    have("id_ed25519", "f.pub", "id_rsa.pub");
    const { offers, notes } = await search({}, environment);
    expect(offers.map(({ name }) => name)).toEqual([
      "~/.ssh/id_ed25519",
      ...["id_rsa", "f", "a", "b"].map((name) => `${name} of the agent`),
    ]);
    expect(notes).toEqual([
      expect.stringMatching(
        /^4 more keys of the agent: not tried; name the right one by ssh\.privateKeyFile/,
      ),
    ]);
  });

  it("is one key once, though a file and the agent have it", async () => {
    have("id_ed25519");
    add("id_ed25519");
    expect(await ways({}, environment)).toEqual(["~/.ssh/id_ed25519"]);
  });

  it.each<[string, () => void]>([
    ["its public half is named", () => writeFileSync(file("key"), stored("e.pub"))],
    ["only its public half is there", () => writeFileSync(file("key.pub"), stored("e.pub"))],
  ])("is the agent's key when %s", async (_, arrange) => {
    add("a", "b", "c", "d", "e");
    arrange();
    expect(await ways({ privateKeyFile: "~/.ssh/key" }, environment)).toEqual(["e of the agent"]);
  });

  it("is the agent's key when the file has a passphrase that is not given", async () => {
    writeFileSync(file("key"), stored("locked"));
    execFileSync("ssh-add", ["-q", join(store, "locked")], {
      env: { ...environment, SSH_ASKPASS_REQUIRE: "force", SSH_ASKPASS: askpass() },
      stdio: "pipe",
    });
    expect(await ways({ privateKeyFile: "~/.ssh/key" }, environment)).toEqual(["locked of the agent"]);
    writeFileSync(file("id_ed25519"), stored("locked"));
    expect(await search({}, environment)).toMatchObject({
      offers: [{ name: "locked of the agent" }],
      notes: [],
    });
  });

  const askpass = () => {
    const path = join(home, "askpass");
    writeFileSync(path, "#!/bin/sh\necho sesame\n", { mode: 0o700 });
    return path;
  };

  it("is no certificate of an agent, and that is noted", async () => {
    for (const name of ["certified", "certified.pub"])
      writeFileSync(join(store, name), stored(name.replace("certified", "b")), { mode: 0o600 });
    execFileSync("ssh-keygen", [
      ...["-q", "-s", join(store, "a"), "-I", "me", "-n", "root"],
      join(store, "certified.pub"),
    ]);
    add("certified");
    const { offers, notes } = await search({ agent: true }, environment);
    expect(offers.map(({ name }) => name)).toEqual(["b of the agent"]);
    expect(notes).toEqual([expect.stringMatching(/^b of the agent is a certificate: .*authorized_keys/)]);
  });

  it("is no key where there is none, as Tailscale SSH and the like want it", async () => {
    expect(await search({})).toEqual({
      offers: [{ name: "no key", fingerprint: "", method: { type: "none", username: "root" } }],
      notes: [],
      absent: [
        "TSPROXY_SSH_KEY_FILE is not set",
        "~/.ssh/id_ed25519 is not there",
        "~/.ssh/id_ecdsa is not there",
        "~/.ssh/id_rsa is not there",
        "SSH_AUTH_SOCK is not set",
      ],
    });
  });

  it.each<[string, Partial<SshConnection>, NodeJS.ProcessEnv, RegExp]>([
    [
      "a file that is not there",
      { privateKeyFile: "/nonexistent/key" },
      {},
      /the private key \/nonexistent\/key cannot be read \(ENOENT\)/,
    ],
    [
      "a variable of which the file is not there",
      {},
      { [KEY_VARIABLE]: "/nonexistent/key" },
      /cannot be read \(ENOENT\)/,
    ],
    [
      "text that is no key",
      { privateKey: "nonsense" },
      {},
      /ssh\.privateKey is no private key that can be read/,
    ],
    [
      "an agent that is not there",
      { agent: true },
      {},
      /the agent has no key that can be used[\s\S]*SSH_AUTH_SOCK is not set\n[\s\S]*ssh\.agent is true: no key file was looked for/,
    ],
    [
      "an agent that is dead",
      { agent: true },
      { SSH_AUTH_SOCK: "/nonexistent/agent" },
      /\/nonexistent\/agent: no agent answers there/,
    ],
    [
      "an agent by the variable",
      { privateKey: "nonsense" },
      { [KEY_VARIABLE]: "agent" },
      /TSPROXY_SSH_KEY_FILE is "agent"/,
    ],
  ])(
    "that the user names is an error of its own before the host is called: %s",
    async (_, parts, where, says) => {
      const error: unknown = await search(parts, where).catch((error: unknown) => error);
      expect(error).toMatchObject({ code: "credentials", message: expect.stringMatching(says) });
      expect(String(error)).toMatch(/^HostError: gw: cannot log in as root: /);
    },
  );

  it("that the user names by a public key says what is at the agent", async () => {
    writeFileSync(file("key"), stored("e.pub"));
    add("a", "b");
    const named = search({ privateKeyFile: "~/.ssh/key" }, environment);
    await expect(named).rejects.toThrow(
      /~\/\.ssh\/key is a public key[\s\S]*the agent holds 2 keys, and not this one/,
    );
    await expect(search({ privateKeyFile: "~/.ssh/key" })).rejects.toThrow(/SSH_AUTH_SOCK is not set/);
  });

  it("does not say a key that was given for a path", async () => {
    const error: unknown = await search({ privateKeyFile: stored("given") }).catch((error: unknown) => error);
    expect(String(error)).toMatch(/ssh\.privateKeyFile is not a path/);
    expect(String(error)).not.toContain(stored("given").split("\n")[1]);
  });
});

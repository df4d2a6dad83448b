import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { connect as dial, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuthContext, ServerChannel } from "ssh2";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import { connect } from "../../../providers/ssh/connect.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { greet } from "../../../providers/ssh/greet.ts";
import { KEY_VARIABLE } from "../../../providers/ssh/keys/credentials.ts";
import { closeAll, openHost } from "../../../providers/ssh/pool.ts";
import { type Behaviour, Sshd } from "../../fake/sshd.ts";
import { deaf, type Listener, listen } from "../../lab/sockets.ts";
import { until } from "../../lab/waiting.ts";

const QUESTION = { owned: OWNS_NOTHING, requirements: [] };

describe("a login", () => {
  const opened: { close(): void }[] = [];
  const kept = process.env;

  const serve = async (behaviour: Behaviour): Promise<Sshd> => {
    const sshd = await Sshd.open(behaviour);
    opened.push(sshd);
    return sshd;
  };
  const failure = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "no failure",
      (error: unknown) => String(error),
    );

  beforeEach(() => {
    process.env = { ...kept, SSH_AUTH_SOCK: "", [KEY_VARIABLE]: "" };
  });
  afterEach(async () => {
    process.env = kept;
    await closeAll();
    for (const one of opened.splice(0)) one.close();
  });

  it("says why where the host wants more than a key", async () => {
    const admit = (request: AuthContext) =>
      request.reject(["keyboard-interactive"], request.method === "publickey");
    const { connection } = await serve({ admit });
    expect(await failure(connect(connection))).toMatch(
      /cannot log in as root: the host takes the key and wants more \(keyboard-interactive\) \[authentication\]\n {2}\| offered: ssh\.privateKey \(SHA256:.*\)\n {2}hint: let root in with a key alone: AuthenticationMethods publickey/,
    );
  });

  it("says why where the host takes no keys, and offers no second one", async () => {
    const sshd = await serve({ admit: (request) => request.reject(["password"]) });
    const folder = mkdtempSync(join(tmpdir(), "tsproxy-key-"));
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, "key")]);
    process.env[KEY_VARIABLE] = join(folder, "key");
    const why = await failure(connect(sshd.connection));
    rmSync(folder, { recursive: true });
    expect(why).toMatch(/the host takes no keys \(it takes password\) \[authentication\]/);
    expect(sshd.counts.asked).toBe(1);
  });

  it("works without a key where the host wants none, as with Tailscale SSH", async () => {
    const { connection } = await serve({ admit: (request) => request.accept() });
    const { privateKey, ...keyless } = connection;
    process.env.HOME = "/nonexistent";
    await (await connect(keyless)).end();
    const strict = await serve({});
    const why = await failure(connect({ ...keyless, port: strict.connection.port }));
    expect(why).toMatch(
      /there is nothing to log in with \[credentials\]\n(?: {2}\| .*\n){5} {2}hint: give ssh\.privateKey /,
    );
  });

  it("has the time that is given for it", async () => {
    const silent = await deaf();
    opened.push(silent);
    const { connection } = await serve({});
    const why = failure(connect({ ...connection, port: silent.port, loginTimeout: 1 }));
    expect(await why).toMatch(/no login within 1 s \[handshake\]\n {2}hint: .*ssh\.loginTimeout/);
  });

  /** Of which each of the first logins is reset when a key was shown. */
  const reset = async (times: number): Promise<{ sshd: Sshd; connection: SshConnection }> => {
    let left = times;
    const sshd = await serve({
      shell: answering,
      admit: (request) => (left-- > 0 ? way.reset() : request.accept()),
    });
    const way = await resettable(sshd);
    opened.push(way);
    return { sshd, connection: { ...sshd.connection, port: way.port } };
  };

  it("that is reset in the middle is made again, and is no refusal", async () => {
    const { sshd, connection } = await reset(1);
    await (await connect(connection)).end();
    expect(sshd.counts).toEqual({ asked: 3, logins: 1 });
  });

  it("that is reset again and again is no refusal, and not kept for the life of the process", async () => {
    const { sshd, connection } = await reset(2);
    const host = openHost(connection);
    expect(await failure(host.look(QUESTION))).toMatch(
      /the connection broke in the middle of the login \(.*\) \[handshake\]/,
    );
    await until(
      "a login",
      async () => (await failure(host.look(QUESTION))) === "no failure",
      10_000,
      "no login",
    );
    expect(sshd.counts).toEqual({ asked: 4, logins: 1 });
  });

  it("that is refused is kept for the life of the process", async () => {
    const sshd = await serve({ admit: (request) => request.reject(["publickey"]) });
    const host = openHost(sshd.connection);
    for (let n = 0; n < 3; n++)
      expect(await failure(host.look(QUESTION))).toMatch(/the host refused the key \[authentication\]/);
    expect(sshd.counts.asked).toBe(1);
  });

  describe("at a jump host", () => {
    const behind = (jump: Sshd, hosts: readonly Sshd[]) =>
      hosts.map(({ connection }) => openHost({ ...connection, jump: jump.connection }));

    it("is one for all hosts behind it", async () => {
      const jump = await serve({ forwards: true });
      const hosts = await Promise.all(Array.from({ length: 20 }, () => serve({ shell: answering })));
      await Promise.all(behind(jump, hosts).map((host) => host.look(QUESTION)));
      expect(jump.counts.logins).toBe(1);
      expect(hosts.map(({ counts }) => counts.logins)).toEqual(hosts.map(() => 1));
    });

    it("that is refused is one for all hosts behind it", async () => {
      const jump = await serve({ admit: (request) => request.reject(["publickey"]) });
      const hosts = await Promise.all(Array.from({ length: 20 }, () => serve({})));
      const asked = behind(jump, hosts).map((host) => failure(host.look(QUESTION)));
      for (const why of await Promise.all(asked))
        expect(why).toMatch(/the host refused the key[\s\S]*correct ssh\.jump\.user, /);
      expect(jump.counts.asked).toBe(1);
    });
  });

  describe("with an agent", () => {
    let folder: string;
    let agent: ChildProcess;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), "tsproxy-agent-"));
      const socket = join(folder, "agent");
      // it asks before it signs with a key that was added with -c, and is told no
      const env = { ...kept, SSH_ASKPASS: "/bin/false", SSH_ASKPASS_REQUIRE: "force" };
      agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore", env });
      await until("ssh-agent", async () => existsSync(socket), 5_000, "ssh-agent -D");
      Object.assign(process.env, { SSH_AUTH_SOCK: socket, HOME: "/nonexistent" });
    });
    afterEach(() => {
      agent.kill();
      rmSync(folder, { recursive: true });
    });
    const add = (name: string, ...options: string[]) => {
      const path = join(folder, name);
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path]);
      execFileSync("ssh-add", ["-q", ...options, path], { env: process.env, stdio: "pipe" });
    };

    it("goes on to the next key when the agent does not sign with one", async () => {
      add("asking", "-c");
      add("plain");
      const sshd = await serve({});
      const { privateKey, ...keyless } = sshd.connection;
      await (await connect(keyless)).end();
      expect(sshd.counts.logins).toBe(1);
    });

    it("says so when the agent signs with none", async () => {
      add("asking", "-c");
      const { connection } = await serve({});
      const { privateKey, ...keyless } = connection;
      expect(await failure(connect(keyless))).toMatch(
        /the agent did not sign \[credentials\]\n {2}\| offered: asking of the agent \(SHA256:.*\)\n {2}\| asking of the agent: .*\n {2}hint: unlock it/,
      );
    });
  });

  describe("that confirms a change", () => {
    const jumpless = () => Promise.reject(new Error("there is no jump host"));

    it("is a whole one, after which leave is taken", async () => {
      const sshd = await serve({});
      await greet(sshd.connection, jumpless);
      expect(sshd.counts.logins).toBe(1);
    });

    it("need not be let in: the host has answered", async () => {
      const { connection } = await serve({ admit: (request) => request.reject(["publickey"]) });
      await greet(connection, jumpless);
      await greet({ ...connection, privateKeyFile: "/nonexistent/key" }, jumpless);
    });

    it("fails when another machine answers", async () => {
      const { connection } = await serve({});
      const other = { ...connection, hostKey: `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}` };
      expect(await failure(greet(other, jumpless))).toMatch(/\[host-key\]/);
    });
  });

  it("finds the administrator's programs, whatever sudo leaves of PATH", async () => {
    let said = "";
    const { connection } = await serve({
      shell: (channel) => {
        const shell = spawn("/bin/sh", ["-s"], { env: { PATH: "/usr/bin" } });
        channel.on("data", (chunk: Buffer) => {
          said += chunk.toString();
        });
        channel.pipe(shell.stdin);
        shell.stdout.pipe(channel);
        channel.on("close", () => shell.kill());
      },
    });
    await openHost(connection).look(QUESTION);
    const path = execFileSync("/bin/sh", ["-c", `${said.split("\n", 1)[0]}; echo $PATH`], {
      env: { PATH: "/opt/bin" },
      encoding: "utf8",
    });
    expect(path.trim().split(":")).toEqual(expect.arrayContaining(["/opt/bin", "/usr/sbin", "/sbin"]));
    expect(path).toMatch(/^\/opt\/bin:/);
  });
});

/** A shell that does what it is told. */
function answering(channel: ServerChannel): void {
  const shell = spawn("/bin/sh", ["-s"], { stdio: ["pipe", "pipe", "ignore"] });
  channel.pipe(shell.stdin);
  shell.stdout.pipe(channel);
  channel.on("close", () => shell.kill());
}

/** A way to a host that can be reset, as by a firewall that has forgotten a connection. */
async function resettable({ connection: { host, port } }: Sshd): Promise<Listener & { reset(): void }> {
  const callers: Socket[] = [];
  const listener = await listen((caller) => {
    callers.push(caller);
    const server = dial(port, host);
    server.on("error", () => undefined);
    caller.on("close", () => server.destroy());
    caller.pipe(server).pipe(caller);
  });
  return {
    ...listener,
    reset() {
      for (const caller of callers.splice(0)) caller.resetAndDestroy();
    },
  };
}

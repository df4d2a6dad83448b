import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gateway } from "../../cases.ts";
import { renderTalker } from "./talker.ts";

const TOOLS = "command -v ip && test -x /usr/sbin/nft && unshare --mount --net true";
const canTry = process.getuid?.() === 0 && spawnSync("sh", ["-c", TOOLS]).status === 0;

const root = mkdtempSync(join(tmpdir(), "tsproxy-guard-"));
afterAll(() => rmSync(root, { recursive: true }));

const { files } = renderTalker({
  tailnet: "work",
  vethSubnet: "10.200.0.4/30",
  primaryAddress: "100.64.0.10",
  primaryInterface: "tailscale0",
  port: 11080,
  clients: gateway.clients,
});
const unit = String(files["/etc/systemd/system/tsproxy-work-socks.service"]?.content);

/** Users that systemd might make up: the server's, and another unit's. */
const SERVER = 61184;
const OTHER = 61185;

/** Command lines of the unit, as a shell is given them: systemd's `$$` and `%%` stand for one. */
function commandsOf(key: string): string[] {
  return [...unit.matchAll(new RegExp(`^${key}=[-+]*(.*)$`, "gm"))]
    .map(([, line = ""]) => line)
    .filter((line) => !line.includes("/etc/tsproxy/stamp"))
    .map((line) => `env -i "RUNTIME_DIRECTORY=$RUNTIME_DIRECTORY" ${quotedForShell(line)}`);
}

function quotedForShell(line: string): string {
  return line
    .replaceAll("$$", "$")
    .replaceAll("%%", "%")
    .replace(/"((?:[^"\\]|\\.)*)"/g, (_, word: string) => `'${word.replace(/\\(.)/g, "$1")}'`);
}

const START = commandsOf("ExecStartPre").join(" && ");
const STOP = commandsOf("ExecStopPost").join(" && ");

/**
 * Sends as a user. Prints for each target whether the packet left, or why it did not. `relay` has another user ask
 * the server at its own port and prints the answer.
 */
const SENDER = `
import dgram from "node:dgram";
import net from "node:net";
const [user, ...targets] = process.argv.slice(2);
process.setuid(Number(user));
const outcome = {
  udp: (host, port) => new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.send("x", port, host, (error) => { socket.close(); resolve(error ? "refused" : "left"); });
  }),
  tcp: (host, port) => new Promise((resolve) => {
    const socket = net.connect({ host, port, timeout: 2000 });
    socket.on("connect", () => { socket.destroy(); resolve("left"); });
    socket.on("timeout", () => { socket.destroy(); resolve("silent"); });
    socket.on("error", () => resolve("refused"));
  }),
};
for (const target of targets) {
  const [how, host, port] = target.split(" ");
  console.log(target + ": " + await outcome[how](host, Number(port)));
}
`;

/** Answers a client with `hello` as the server's user; then one client, as the relay's user, prints what it heard. */
const RELAYED = `
import { spawn } from "node:child_process";
import net from "node:net";
const [user, other] = process.argv.slice(2).map(Number);
const client = 'process.setuid(' + other + '); require("net").connect({ port: 3128, host: "127.0.0.1", timeout: 2000 })' +
  '.on("timeout", function () { this.destroy(); console.log("silent"); })' +
  '.on("error", (error) => console.log(error.code)).on("data", (data) => console.log(String(data)))';
const relay = spawn(process.execPath, ["-e", "process.stdin.once('data', () => { " + client + " })"],
  { stdio: ["pipe", "inherit", "inherit"] });
process.setuid(user);
const server = net.createServer((socket) => socket.end("hello")).listen(3128, "127.0.0.1", () => relay.stdin.end("go"));
relay.on("exit", () => server.close());
`;

/** Listens on TCP at every address, as root, until it is killed; says so on its first line. */
const LISTENER = `
import net from "node:net";
let open = 0;
for (const port of [53, 8080]) net.createServer((socket) => socket.destroy()).listen(port, "::", () => {
  open += 1;
  if (open === 2) console.log("listening");
});
`;

/** Prints what `commands` print in a place with a link, an uplink and servers at ports 53 and 8080. */
function inPlace(commands: string): string {
  for (const [path, { content }] of Object.entries(files)) write(path, String(content));
  write("/etc/sender.mjs", SENDER);
  write("/etc/relayed.mjs", RELAYED);
  write("/etc/listener.mjs", LISTENER);
  const script = [
    "set -e",
    `mount --bind ${root}/etc/tsproxy ${root}/etc/tsproxy`,
    "mkdir -p /run/tsproxy-guard-test",
    "mount -t tmpfs tmpfs /run/tsproxy-guard-test",
    `mount --bind ${root}/etc /etc`,
    "export RUNTIME_DIRECTORY=/run/tsproxy-guard-test/own",
    `mkdir $RUNTIME_DIRECTORY && chown ${SERVER} $RUNTIME_DIRECTORY`,
    "ip link set dev lo up",
    // a pair each, whose other end takes everything
    "link() { ip link add dev $1 type veth peer name $1-peer; ip link set dev $1-peer up; ip link set dev $1 arp off up; }",
    "link tailscale0",
    "link uplink",
    "ip addr add 100.64.0.9/32 dev tailscale0",
    "ip -6 addr add fd7a:115c:a1e0::9/128 dev tailscale0 nodad",
    "ip addr add 10.200.0.6/30 dev uplink",
    "ip -6 addr add fd00::6/64 dev uplink nodad",
    "ip route add 100.64.0.0/10 dev tailscale0",
    "ip route add default via 10.200.0.5 dev uplink",
    "ip -6 route add default dev uplink",
    `node=${process.execPath}`,
    `send() { $node /etc/sender.mjs "$@"; }`,
    "$node /etc/listener.mjs >/run/tsproxy-guard-test/ready & listener=$!",
    "trap 'kill $listener' EXIT",
    "until [ -s /run/tsproxy-guard-test/ready ]; do kill -0 $listener; sleep 0.05; done",
    commands,
  ].join("\n");
  const how = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script];
  const { stdout, stderr, status } = spawnSync("unshare", how, { encoding: "utf8", timeout: 60_000 });
  if (status !== 0) throw new Error(`status ${status}\n${stdout}${stderr}`);
  return stdout;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** What a process sends, and what becomes of it under the guard. Without one all of it leaves. */
const SENT: readonly (readonly [target: string, guarded: "left" | "refused"])[] = [
  ["udp 100.64.0.3 9", "left"],
  ["udp 100.100.100.100 53", "left"],
  ["udp 198.51.100.1 9", "refused"],
  ["udp 198.51.100.1 53", "refused"],
  ["udp 10.200.0.5 53", "refused"],
  ["udp 2001:db8::1 9", "refused"],
  ["tcp 127.0.0.1 53", "left"],
  ["udp 127.0.0.1 53", "left"],
  ["tcp 127.0.0.1 8080", "refused"],
  ["udp 127.0.0.2 53", "refused"],
  ["tcp 100.64.0.9 8080", "refused"],
  ["tcp 10.200.0.6 8080", "refused"],
  ["tcp ::1 8080", "refused"],
];

const TARGETS = SENT.map(([target]) => `"${target}"`).join(" ");
const ALL_LEFT = SENT.map(([target]) => `${target}: left\n`).join("");
const GUARDED = SENT.map(([target, guarded]) => `${target}: ${guarded}\n`).join("");

(canTry ? describe : describe.skip)("a server that does not bind itself to the link", () => {
  // Without these, nothing that is refused below would prove a thing.
  it("would send anywhere without its guard", () => {
    expect(inPlace(`send ${SERVER} ${TARGETS}`)).toBe(ALL_LEFT);
  });

  it("sends by the link and to the resolver, and nothing elsewhere", () => {
    expect(inPlace(`${START}\nsend ${SERVER} ${TARGETS}`)).toBe(GUARDED);
  });

  it("does not get in the way of other users in the place", () => {
    expect(inPlace(`${START}\nsend ${OTHER} ${TARGETS}\nsend 0 ${TARGETS}`)).toBe(ALL_LEFT + ALL_LEFT);
  });

  it("answers the relay", () => {
    expect(inPlace(`${START}\n$node /etc/relayed.mjs ${SERVER} ${OTHER}`)).toBe("hello\n");
  });

  it("has one guard however often it starts, for the user of its last start", () => {
    const again = `chown ${OTHER} $RUNTIME_DIRECTORY`;
    const out = inPlace(
      `${START}\n${START}\n${again}\n${START}\nnft list tables\nsend ${SERVER} ${TARGETS}\nsend ${OTHER} ${TARGETS}`,
    );
    expect(out).toBe(`table inet tsproxy_socks\n${ALL_LEFT}${GUARDED}`);
  });

  it("takes its guard along when it stops, also after a start that failed", () => {
    expect(inPlace(`${START}\n${STOP}\nnft list tables; send ${SERVER} ${TARGETS}`)).toBe(ALL_LEFT);
    expect(inPlace(`${STOP}\nnft list tables; echo stopped`)).toBe("stopped\n");
  });

  it.each([
    ["its runtime directory is not there", "rmdir $RUNTIME_DIRECTORY"],
    ["that is root's", "chown 0 $RUNTIME_DIRECTORY"],
    ["systemd names none", "unset RUNTIME_DIRECTORY; RUNTIME_DIRECTORY="],
    ["the rules are not there", "rm /etc/tsproxy/work/socks/guard.nft"],
    ["nft refuses them", "echo nonsense >/etc/tsproxy/work/socks/guard.nft"],
    ["the link has no address", "ip addr flush dev tailscale0"],
  ])("does not start when %s", (_why, damage) => {
    expect(inPlace(`${damage}\nif ${START} 2>/dev/null; then echo started; else echo failed; fi`)).toBe(
      "failed\n",
    );
  });
});

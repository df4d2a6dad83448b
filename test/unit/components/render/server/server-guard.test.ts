import { renderGateway } from "../../../../../components/render/gateway.ts";
import { renderNetnsTailnet } from "../../../../../components/render/netns-tailnet.ts";
import { readable } from "../../../../../components/render/unit/files.ts";
import { gateway, tailnet } from "../../cases.ts";
import { bareHost, canBeBare } from "../place/bare-host.ts";
import { renderTalker } from "./talker.ts";

const { files } = renderTalker({
  tailnet: "work",
  vethSubnet: tailnet.veth.subnet,
  primaryAddress: "100.64.0.10",
  primaryInterface: "tailscale0",
  port: 11080,
  maxSessions: 512,
  clients: gateway.clients,
  singBoxVersion: "1.14.1",
});
const unit = String(files["/etc/systemd/system/tsproxy-work-socks.service"]?.content);

/** As systemd keeps those of units; other tests run on the same kernel. */
const GROUP = `/sys/fs/cgroup/tsproxy-guard-${process.pid}`;

/** Users that systemd might make up: the server's, and the relay's. */
const SERVER = 61184;
const OTHER = 61185;

/** Command lines of the unit, as a shell is given them: systemd's `$$` and `%%` stand for one. */
function commandsOf(key: string): string[] {
  return [...unit.matchAll(new RegExp(`^${key}=[-+]*(.*)$`, "gm"))]
    .map(([, line = ""]) => line)
    .filter((line) => !line.includes("/etc/tsproxy/stamp"))
    .map((line) => `env -i PATH=/usr/bin:/bin ${quotedForShell(line)}`);
}

function quotedForShell(line: string): string {
  return line
    .replaceAll("$$", "$")
    .replaceAll("%%", "%")
    .replace(/"((?:[^"\\]|\\.)*)"/g, (_, word: string) => `'${word.replace(/\\(.)/g, "$1")}'`);
}

const RUN = {
  start: commandsOf("ExecStartPre").join(" && "),
  reload: commandsOf("ExecReload").join(" && "),
  stop: commandsOf("ExecStopPost").join(" && "),
};
const [START, RELOAD, STOP] = ["unit sh /etc/start", "unit sh /etc/reload", "unit sh /etc/stop"];

/** Sends as a user. Prints for each target whether the packet left, or why it did not. */
const SENDER = `
import dgram from "node:dgram";
import net from "node:net";
const [user, ...targets] = process.argv.slice(2);
process.setuid(Number(user));
const from = (port) => port === "relayed" ? { port: 8080, localPort: 3128 } : { port: Number(port) };
const outcome = {
  udp: (host, port) => new Promise((resolve) => {
    const socket = dgram.createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.send("x", Number(port), host, (error) => { socket.close(); resolve(error ? "refused" : "left"); });
  }),
  tcp: (host, port) => new Promise((resolve) => {
    const socket = net.connect({ host, ...from(port), timeout: 2000 });
    socket.on("connect", () => { socket.destroy(); resolve("left"); });
    socket.on("timeout", () => { socket.destroy(); resolve("silent"); });
    socket.on("error", () => resolve("refused"));
  }),
};
for (const target of targets) {
  const [how, host, port] = target.split(" ");
  console.log(target + ": " + await outcome[how](host, port));
}
`;

/**
 * Answers a client with `hello` as the server's user; the client, as the relay's and out of the server's control group,
 * prints what it heard.
 */
const RELAYED = `
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import net from "node:net";
const group = process.argv[4];
const [user, other] = process.argv.slice(2).map(Number);
const client = 'process.setuid(' + other + '); require("net").connect({ port: 3128, host: "127.0.0.1", timeout: 2000 })' +
  '.on("timeout", function () { this.destroy(); console.log("silent"); })' +
  '.on("error", (error) => console.log(error.code)).on("data", (data) => console.log(String(data)))';
const relay = spawn(process.execPath, ["-e", "process.stdin.once('data', () => { " + client + " })"],
  { stdio: ["pipe", "inherit", "inherit"] });
writeFileSync(group + "/cgroup.procs", "0");
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

/** What `commands` print where the namespace has a link, and servers at ports 53 and 8080. */
function inPlace(userNamespace: boolean): (commands: string) => string {
  const onHost = bareHost({
    ...renderGateway(gateway).files,
    ...renderNetnsTailnet({ ...tailnet, userNamespace }).files,
    ...files,
    "/etc/sender.mjs": readable(SENDER),
    "/etc/relayed.mjs": readable(RELAYED),
    "/etc/listener.mjs": readable(LISTENER),
    "/etc/start": readable(`set -e\n${RUN.start}`),
    "/etc/reload": readable(RUN.reload),
    "/etc/stop": readable(RUN.stop),
  });
  return (commands) => onHost([PLACE, commands].join("\n"));
}

const PLACE = [
  "mount -t cgroup2 cgroup2 /sys/fs/cgroup",
  `mkdir -p ${GROUP}/tsproxy-work-socks.service`,
  "kernel up work",
  'inside() { nsenter --net=/run/netns/tsp-work "$@"; }',
  // what the place's own rules refuse would prove nothing of the guard's
  "for chain in output to_uplink input forward; do inside nft delete chain inet tsproxy $chain; done",
  // a link whose other end takes everything
  "ip link add dev other type veth peer name tailscale0 netns tsp-work",
  "ip link set dev other up; ip -n tsp-work link set dev tailscale0 arp off up",
  "ip -n tsp-work addr add 100.64.0.9/32 dev tailscale0",
  "ip -n tsp-work addr add fd7a:115c:a1e0::9/128 dev tailscale0 nodad",
  "ip -n tsp-work addr add fd00::6/64 dev uplink nodad",
  "ip -n tsp-work route add 100.64.0.0/10 dev tailscale0",
  "ip -6 -n tsp-work route add default dev uplink",
  `node=${process.execPath}`,
  // in the control group of the unit, and out of it
  `unit() { (echo 0 >${GROUP}/tsproxy-work-socks.service/cgroup.procs; inside "$@"); }`,
  `send() { unit $node /etc/sender.mjs ${SERVER} "$@"; }`,
  `other() { inside $node /etc/sender.mjs "$@"; }`,
  "inside $node /etc/listener.mjs >/run/ready & listener=$!",
  `trap 'kill $listener; rmdir ${GROUP}/*/ ${GROUP}' EXIT`,
  "until [ -s /run/ready ]; do kill -0 $listener; sleep 0.05; done",
].join("\n");

/** What a process sends, and what becomes of it under the guard. Without one all of it leaves. */
const SENT: readonly (readonly [target: string, guarded: "left" | "refused"])[] = [
  ["udp 100.64.0.3 9", "left"],
  ["udp 100.100.100.100 53", "left"],
  ["udp 198.51.100.1 9", "refused"],
  ["udp 198.51.100.1 53", "refused"],
  ["udp 10.200.0.5 53", "refused"],
  ["udp 2001:db8::1 9", "refused"],
  ["tcp 127.0.0.1 53", "refused"],
  ["udp 127.0.0.1 53", "left"],
  ["tcp 127.0.0.1 8080", "refused"],
  // from the port at which it is itself asked
  ["tcp 127.0.0.1 relayed", "refused"],
  ["udp 127.0.0.2 53", "refused"],
  ["tcp 100.64.0.9 8080", "refused"],
  ["tcp 10.200.0.6 8080", "refused"],
  ["tcp ::1 8080", "refused"],
];

const TARGETS = SENT.map(([target]) => `"${target}"`).join(" ");
const ALL_LEFT = SENT.map(([target]) => `${target}: left\n`).join("");
const GUARDED = SENT.map(([target, guarded]) => `${target}: ${guarded}\n`).join("");

(canBeBare ? describe : describe.skip)("a server that does not bind itself to the link", () => {
  const inIt = inPlace(true);
  const inUnowned = inPlace(false);

  // Without these, nothing that is refused below would prove a thing.
  it("would send anywhere without its guard", () => {
    expect(inIt(`send ${TARGETS}`)).toBe(ALL_LEFT);
  });

  it("sends by the link and to the resolver, and nothing elsewhere", () => {
    expect(inIt(`${START}\nsend ${TARGETS}`)).toBe(GUARDED);
  });

  it("is guarded where the namespace has no owner, too", () => {
    expect(inUnowned(`${START}\nsend ${TARGETS}`)).toBe(GUARDED);
  });

  // In a namespace with an owner the kernel knows that one user, and all others are the same to it.
  it.each([
    ["is told from others by its user in a namespace without an owner", inUnowned, GUARDED],
    ["is not told from others by its user in one with an owner", inIt, ALL_LEFT],
  ])("%s", (_where, inThat, outcome) => {
    const byUser = `mkdir -p /run/tsproxy/work:socks:guard; echo 'meta skuid ${SERVER}' >/run/tsproxy/work:socks:guard/sender`;
    expect(inThat(`${byUser}\nkernel up work:socks:guard\nsend ${TARGETS}`)).toBe(outcome);
  });

  it("does not get in the way of other units in the place", () => {
    expect(inIt(`${START}\nother ${SERVER} ${TARGETS}\nother 0 ${TARGETS}`)).toBe(ALL_LEFT + ALL_LEFT);
  });

  it("answers the relay", () => {
    const relayed = `inside $node /etc/relayed.mjs ${SERVER} ${OTHER} ${GROUP}/tsproxy-work-socks.service`;
    expect(inIt(`${START}\n${relayed}`)).toBe("hello\n");
  });

  it("has one guard however often it starts, for the control group of its last start", () => {
    const again = `rmdir ${GROUP}/*/; mkdir ${GROUP}/tsproxy-work-socks.service`;
    const out = inIt(
      `${START}\n${START}\n${again}\nsend ${TARGETS}\n${START}\ninside nft list tables | grep socks\nsend ${TARGETS}`,
    );
    expect(out).toBe(`${ALL_LEFT}table inet tsproxy_socks\n${GUARDED}`);
  });

  it("takes its guard along when it stops, also after a start that failed", () => {
    expect(inIt(`${START}\n${STOP}\ninside nft list tables | grep socks || :; send ${TARGETS}`)).toBe(
      ALL_LEFT,
    );
    expect(inIt(`${STOP}\ninside nft list tables | grep socks || :; echo stopped`)).toBe("stopped\n");
  });

  it("has its guard mended when another program takes it away", () => {
    const check = "kernel check work:socks:guard";
    const out = inIt(
      `${START}\n${check}\ninside nft flush table inet tsproxy_socks\n${check}\nkernel mend work:socks:guard >&2\n${check}\nsend ${TARGETS}`,
    );
    expect(out).toBe(`work:socks:guard 0\nwork:socks:guard 1\nwork:socks:guard 0\n${GUARDED}`);
  });

  it("reads its rules anew at a reload, and keeps those it has when that fails", () => {
    const rules = "/etc/tsproxy/work/socks/guard.nft";
    const more = `sed -i '/udp dport 53 accept/d' ${rules}`;
    const resolver = 'send "udp 127.0.0.1 53"';
    expect(inIt(`${START}\n${more}\n${resolver}\n${RELOAD}\n${resolver}`)).toBe(
      "udp 127.0.0.1 53: left\nudp 127.0.0.1 53: refused\n",
    );
    const none = "umount /sys/fs/cgroup";
    const put = "mount -t cgroup2 cgroup2 /sys/fs/cgroup";
    const failed = `unit sh -c '${none}; sh /etc/reload' 2>/dev/null || echo failed`;
    expect(inIt(`${START}\n${failed}\n${put}\nsend ${TARGETS}`)).toBe(`failed\n${GUARDED}`);
  });

  it.each([
    ["the rules are not there", "rm /etc/tsproxy/work/socks/guard.nft"],
    ["nft refuses them", "echo nonsense >/etc/tsproxy/work/socks/guard.nft"],
    ["curl is not there", "sed -i 's/in_netns curl/in_netns nonsense/' /etc/tsproxy/guard.sh"],
  ])("does not start when %s", (_why, damage) => {
    expect(inIt(`${damage}\nif ${START} 2>/dev/null; then echo started; else echo failed; fi`)).toBe(
      "failed\n",
    );
  });

  it("does not start, and says why, where rules by its control group count for nothing", () => {
    // by the user, as they were before
    const blind = `sed -i 's|^  *sender=.*|sender="meta skuid 4711"|' /etc/tsproxy/guard.sh`;
    expect(inIt(`${blind}\n${START} 2>&1 || echo failed\ninside nft list tables | grep socks || :`)).toBe(
      `work:socks:guard: this kernel cannot tell what tsproxy-work-socks.service sends (nft: socket cgroupv2): no rule would keep it where it belongs\nfailed\n`,
    );
  });

  it.each([
    [
      "waits for an address of the link",
      "(sleep 1; ip -n tsp-work addr add 100.64.0.9/32 dev tailscale0) &",
      "started\n",
    ],
    ["does not start when the link gets no address", "", "tailnet work has no address yet\nfailed\n"],
  ])("%s", (_what, meanwhile, outcome) => {
    const sooner = "sed -i 's/; sleep 5/; sleep 0.1/' /etc/start";
    const tried = `if { ${START}; } 2>&1; then echo started; else echo failed; fi`;
    expect(inIt(`${sooner}\nip -n tsp-work addr flush dev tailscale0\n${meanwhile}\n${tried}`)).toBe(outcome);
  });
});

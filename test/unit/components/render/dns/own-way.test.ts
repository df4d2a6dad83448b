import { spawnSync } from "node:child_process";
import { ownWay } from "../../../../../components/render/dns/own-way.ts";
import { tailnetNames } from "../../../../../components/render/names.ts";

const TOOLS = "command -v ip && unshare --mount --net true";
const canTry = process.getuid?.() === 0 && spawnSync("sh", ["-c", TOOLS]).status === 0;
const USER = 61234;

/** The shell program of the line, as systemd hands it to the shell. */
function loading(): string {
  const [, line = ""] = ownWay(tailnetNames("work")).find(([key]) => key === "ExecStartPre") ?? [];
  const [, text = ""] = /^\+\/bin\/sh -ec "(.*)"$/.exec(line) ?? [];
  return text.replaceAll("\\n", "\n").replaceAll('\\"', '"').replaceAll("$$", "$").replaceAll("%%", "%");
}

/** Ways that packets take in a namespace whose tailnet routes 10.0.0.0/24, in which the resolver of the uplink is, too. */
function waysOf(questions: Readonly<Record<string, string>>): Record<string, string | undefined> {
  const script = [
    "set -e",
    "mount -t tmpfs tmpfs /run",
    `mkdir /run/own && chown ${USER} /run/own`,
    "for link in uplink tailscale0; do ip link add $link type veth peer name $link-peer; ip link set $link up; ip link set $link-peer up; done",
    "ip addr add 10.200.0.6/30 dev uplink; ip route add default via 10.200.0.5 dev uplink",
    "ip addr add 100.64.0.2/32 dev tailscale0",
    "for net in 10.0.0.0/24 100.100.100.100; do ip route add $net dev tailscale0 table 52; done",
    "ip rule add pref 5270 lookup 52",
    // twice, as after a crash
    `for time in 1 2; do (export RUNTIME_DIRECTORY=/run/own; ${loading()}\n); done`,
    ...Object.values(questions).map((question) => `ip route get ${question}`),
    "ip rule show pref 5203 | wc -l",
  ].join("\n");
  const { stdout, stderr, status } = spawnSync("unshare", ["--mount", "--net", "sh", "-c", script], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  const ways = stdout.split("\n").flatMap((line) => / dev (\S+)/.exec(line)?.[1] ?? []);
  const rules = /^(\d+)$/m.exec(stdout)?.[1];
  return { ...Object.fromEntries(Object.keys(questions).map((what, index) => [what, ways[index]])), rules };
}

(canTry ? it : it.skip)(
  "the resolver's questions never enter a tailnet whose routes cover the uplink's resolver",
  () => {
    const asks = (address: string, user: number, by = "udp") =>
      `${address} uid ${user} ipproto ${by} dport 53`;
    expect(
      waysOf({
        "by udp": asks("10.0.0.1", USER),
        "by tcp": asks("10.0.0.1", USER, "tcp"),
        "of the node": asks("100.100.100.100", USER),
        "of another process": asks("10.0.0.1", USER + 1),
        "no question": `10.0.0.50 uid ${USER} ipproto tcp dport 80`,
      }),
    ).toEqual({
      "by udp": "uplink",
      "by tcp": "uplink",
      "of the node": "tailscale0",
      "of another process": "tailscale0",
      "no question": "tailscale0",
      rules: "2",
    });
  },
);

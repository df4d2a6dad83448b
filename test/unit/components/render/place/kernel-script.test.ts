import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderGateway } from "../../../../../components/render/gateway.ts";
import { KERNEL_SCRIPT } from "../../../../../components/render/names.ts";
import { renderNetnsTailnet } from "../../../../../components/render/netns-tailnet.ts";
import { kernelScript } from "../../../../../components/render/place/kernel-script.ts";
import type { Desired } from "../../../../../providers/engine/kinds/desired.ts";
import { gateway, tailnet, veth } from "../../cases.ts";

const TOOLS = "command -v ip && command -v nft && command -v nsenter && unshare --mount --net true";
const canTry = process.getuid?.() === 0 && spawnSync("sh", ["-c", TOOLS]).status === 0;

const root = mkdtempSync(join(tmpdir(), "tsproxy-kernel-"));
afterAll(() => rmSync(root, { recursive: true }));

const other = { ...tailnet, name: "a-b", veth: veth("172.31.0.4/30"), advertiseRoutes: ["10.0.0.0/24"] };
const files: Desired["files"] = {
  ...renderGateway(gateway).files,
  ...renderNetnsTailnet(tailnet).files,
  ...renderNetnsTailnet(other).files,
  // there is no systemd to tell of a flushed table
  [KERNEL_SCRIPT]: { mode: "0755", content: kernelScript().replace("systemctl", ": systemctl") },
};

/** Prints what `commands` print, on a bare host: its own /etc and /run, and no network. */
function onHost(commands: string): string {
  for (const [path, { mode, content }] of Object.entries(files)) {
    const inside = join(root, path);
    mkdirSync(dirname(inside), { recursive: true });
    writeFileSync(inside, typeof content === "string" ? content : "");
    chmodSync(inside, Number.parseInt(mode, 8));
  }
  mkdirSync(join(root, "etc/alternatives"), { recursive: true });
  writeFileSync(join(root, "etc/resolv.conf"), "nameserver 127.0.0.53\nnameserver 192.0.2.53\n");
  const script = [
    "set -e",
    "mount -t tmpfs tmpfs /run",
    `mount --bind /etc/alternatives ${root}/etc/alternatives`, // where awk is
    `mount --rbind ${root}/etc /etc`,
    "ip link set dev lo up",
    `kernel() { ${KERNEL_SCRIPT} "$@"; }`,
    commands,
  ].join("\n");
  const how = ["--mount", "--net", "--pid", "--fork", "--mount-proc", "sh", "-c", script];
  const { stdout, stderr, status } = spawnSync("unshare", how, { encoding: "utf8" });
  if (status !== 0) throw new Error(`status ${status}\n${stdout}${stderr}`);
  return stdout;
}

const UP = "kernel up @gateway; kernel up work; kernel up a-b";
const CHECK = "kernel check @gateway work a-b";
const whole = "@gateway 0\nwork 0\na-b 0\n";
const LAST_PID = "/proc/sys/kernel/ns_last_pid";
const FACTS =
  "ip link; ip rule; ip netns; nft -s list ruleset; cat /proc/sys/net/ipv4/ip_forward; find /run | sort";

/** A damage, and what a check then says. */
const DAMAGES: readonly (readonly [what: string, damage: string, found: string])[] = [
  ["forwarding switched off", "echo 0 >/proc/sys/net/ipv4/ip_forward", "@gateway 1\nwork 0\na-b 0"],
  ["the gateway's table deleted", "nft delete table inet tsproxy", "@gateway 1\nwork 0\na-b 0"],
  ["a chain of the gateway flushed", "nft flush chain inet tsproxy input", "@gateway 1\nwork 0\na-b 0"],
  ["every table flushed", "nft flush ruleset", "@gateway 1\nwork 1\na-b 1"],
  ["the table of a tailnet deleted", "nft delete table inet tsproxy_a_b", "@gateway 0\nwork 0\na-b 1"],
  [
    "a rule added to it",
    "nft add rule inet tsproxy_work forward counter accept",
    "@gateway 0\nwork 1\na-b 0",
  ],
  ["its resolvers emptied", "nft flush set inet tsproxy_work resolvers", "@gateway 0\nwork 1\na-b 0"],
  ["the host's end down", "ip link set dev tsp-work down", "@gateway 0\nwork 1\na-b 0"],
  ["the pair deleted", "ip link del dev tsp-work", "@gateway 0\nwork 1\na-b 0"],
  ["the host's address flushed", "ip addr flush dev tsp-a-b", "@gateway 0\nwork 0\na-b 1"],
  ["another address", "ip addr add 192.0.2.1/32 dev tsp-work", "@gateway 0\nwork 1\na-b 0"],
  ["the rule to the pair deleted", "ip rule del pref 5200 to 10.200.0.4/30", "@gateway 0\nwork 1\na-b 0"],
  ["the rule from the pair deleted", "ip rule del pref 5201 iif tsp-a-b", "@gateway 0\nwork 0\na-b 1"],
  [
    "a rule to another table",
    "ip rule del pref 5201 iif tsp-work; ip rule add pref 5201 iif tsp-work lookup 7",
    "@gateway 0\nwork 1\na-b 0",
  ],
  ["the inside down", "ip -n tsp-work link set dev uplink down", "@gateway 0\nwork 1\na-b 0"],
  ["the route inside deleted", "ip -n tsp-a-b route del default", "@gateway 0\nwork 0\na-b 1"],
  ["the rule inside deleted", "ip -n tsp-work rule del pref 5200", "@gateway 0\nwork 1\na-b 0"],
  ["the table inside deleted", "ip netns exec tsp-work nft flush ruleset", "@gateway 0\nwork 1\na-b 0"],
  ["a namespace deleted", "ip netns del tsp-work", "@gateway 0\nwork 2\na-b 0"],
  ["a namespace replaced", "ip netns del tsp-work; ip netns add tsp-work", "@gateway 0\nwork 2\na-b 0"],
  ["the mount of a namespace lost", "umount -l /run/netns/tsp-a-b", "@gateway 0\nwork 0\na-b 2"],
  ["the memory of one lost", "rm -r /run/tsproxy/work", "work 2\n@gateway 0\na-b 0"],
];

(canTry ? describe : describe.skip)("the gateway's kernel script", () => {
  it("finds what it made intact, however often it made it", () => {
    expect(onHost(`${UP}; ${CHECK}; ${UP}; ${CHECK}`)).toBe(whole + whole);
  });

  describe("tells of", () => {
    let sections: string[];
    // one after the other on one host, each mended before the next
    beforeAll(() => {
      const each = DAMAGES.map(([, damage]) => `echo =====\n${damage}\n${CHECK}\n${UP}\n${CHECK}`);
      sections = onHost(`${UP}\n${each.join("\n")}`)
        .split("=====\n")
        .slice(1);
    }, 60_000);

    it.each(DAMAGES.map(([what, , found], index) => ({ what, found, index })))(
      "$what, and mends it",
      ({ found, index }) => {
        expect(sections[index]).toBe(`${found}\n${whole}`);
      },
    );
  });

  it("answers once for a name that it is asked for twice", () => {
    expect(onHost(`${UP}; kernel check work @gateway work a-b @gateway`)).toBe("work 0\n@gateway 0\na-b 0\n");
  });

  it("takes no notice of what others do", () => {
    const others = [
      "nft add table inet other",
      "nft add chain inet other tsp-work '{ type filter hook input priority 0; }'",
      "nft add rule inet other tsp-work iifname tsp-work accept",
      "nft add table ip tsproxy_work",
      "ip link add dev tsp-else type veth peer name else",
      "ip addr add 192.0.2.9/32 dev tsp-else",
      "ip link set dev tsp-else up",
      "ip rule add pref 100 iif tsp-work lookup main",
      "ip rule add pref 5199 to 10.200.0.4/30 lookup main",
    ].join("\n");
    expect(onHost(`${UP}\n${others}\n${CHECK}`)).toBe(whole);
  });

  it("starts two processes for each namespace, whatever else it takes", () => {
    // the second cat is one of them
    const started = (names: string) =>
      `before=$(cat ${LAST_PID}); kernel check ${names} >/dev/null; echo $(($(cat ${LAST_PID}) - before - 1))`;
    const [one = 0, two = 0] = onHost(`${UP}\n${started("work")}\n${started("work a-b")}`)
      .split("\n")
      .map(Number);
    expect(one).toBeLessThanOrEqual(6);
    expect(two - one).toBe(2);
  });

  it("removes what it made, and after a change of its settings what they were", () => {
    const down = "kernel down work; kernel down a-b; kernel down @gateway";
    const moved = "sed -i 's/10.200.0/10.222.0/' /etc/tsproxy/work/netns.conf";
    const [before, after] = onHost(`${FACTS}; echo =====; ${UP}; ${moved}; ${down}; ${FACTS}`).split(
      "=====\n",
    );
    expect(after).toBe(before?.replace("/run/mount\n", "/run/mount\n/run/netns\n").concat("/run/tsproxy\n"));
  });
});

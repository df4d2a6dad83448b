import { execFileSync } from "node:child_process";
import { networkOf } from "../../../../../components/render/ipv4.ts";
import { TAILSCALE } from "../../../../../components/render/link/tailscale-network.ts";
import {
  firewall,
  NOT_INTERNET,
  NOT_INTERNET_PATTERN,
} from "../../../../../components/render/place/firewall.ts";
import { cases } from "../../cases.ts";

/** What nft is given for a tailnet, the host's table first. */
function rulesOf(name: string, tailnet: string): string {
  const conf = cases[name]?.files[`/etc/tsproxy/${tailnet}/netns.conf`]?.content;
  if (typeof conf !== "string") throw new Error(`${name} has no netns.conf`);
  const input = `set -eu\n${conf}\n${firewall("eth0", TAILSCALE)}\nhost_rules\nnetns_rules\n`;
  return execFileSync("sh", { input, encoding: "utf8" });
}

const accepted = (rules: string) => [
  ...new Set(rules.match(/ip daddr \d\S* (?:meta l4proto tcp ct original proto-dst \d+ )?accept.*/g)),
];

describe("the firewall of a tailnet", () => {
  it("opens no private network by itself, and forwards nothing", () => {
    const rules = rulesOf("netns-tailnet", "work");
    expect(accepted(rules)).toEqual([]);
    expect(rules).toMatch(/chain forward \{\n.*policy drop;\s*\}/);
    expect(rules).toContain('iifname "tsp-work" jump from_netns');
    expect(rules).toContain('oifname "eth0" drop comment "the primary tailnet"');
    expect(rules).toContain('iifname != "lo" ip daddr 10.200.0.5 drop');
  });

  it("opens what was asked for, with the argument that did", () => {
    const rules = rulesOf("netns-tailnet-with-everything", "a-b");
    expect(accepted(rules)).toEqual([
      'ip daddr 198.18.0.11 meta l4proto tcp ct original proto-dst 443 accept comment "loginServer"',
      'ip daddr 192.168.7.0/24 accept comment "reach"',
      'ip daddr 192.168.8.9 accept comment "reach"',
      'ip daddr 10.0.0.0/24 accept comment "advertiseRoutes"',
      'ip daddr 10.1.0.0/24 accept comment "advertiseRoutes"',
      'ip daddr 192.168.8.9 meta l4proto tcp ct original proto-dst 443 accept comment "loginServer in reach"',
      'ip daddr 10.0.0.0/24 accept comment "advertised"',
      'ip daddr 10.1.0.0/24 accept comment "advertised"',
    ]);
    expect(rules).toMatch(/policy drop;\s*ct state established,related accept\n\s*iifname "tailscale0"/);
    expect(rules).toContain("table inet tsproxy_a_b {");
  });

  it("opens the host itself for the control server alone, at the addresses that `reach` lists", () => {
    const rules = rulesOf("netns-tailnet-with-everything", "a-b");
    const [, toHost = ""] = /chain to_host \{\n([^}]*(?:\{[^}]*\}[^}]*)*?)\n {2}\}/.exec(rules) ?? [];
    expect(toHost.match(/.*comment "loginServer.*/g)?.map((line) => line.trim())).toEqual([
      'ct original ip daddr 198.18.0.11 meta l4proto tcp ct original proto-dst 443 accept comment "loginServer"',
      'ct original ip daddr 192.168.8.9 meta l4proto tcp ct original proto-dst 443 accept comment "loginServer in reach"',
    ]);
    expect(toHost).not.toContain('accept comment "reach"');
  });

  it("leaves nothing of the shell in the rules", () => {
    expect(rulesOf("netns-tailnet-with-everything", "a-b")).not.toMatch(/[$\\`]/);
  });
});

describe("what is no internet", () => {
  const isIn = (address: number) => NOT_INTERNET.some((network) => lies(address, network));
  const lies = (address: number, network: string) => {
    const [first, last] = edges(network);
    return first <= address && address <= last;
  };
  const edges = (network: string): [first: number, last: number] => {
    const { first, prefix } = networkOf(network);
    const number = first.octets.reduce((sum, octet) => 256 * sum + octet, 0);
    return [number, number + 2 ** (32 - prefix) - 1];
  };
  const shown = (address: number) => [24, 16, 8, 0].map((bits) => (address >>> bits) & 255).join(".");

  it.each(NOT_INTERNET)("is the same to nft and to the scripts at the edges of %s", (network) => {
    const [first, last] = edges(network);
    const around = [first - 1, first, last, last + 1].filter((address) => address >= 0 && address < 2 ** 32);
    const taken = around.filter((address) => new RegExp(NOT_INTERNET_PATTERN).test(shown(address)));
    expect(taken.map(shown)).toEqual(around.filter(isIn).map(shown));
  });
});

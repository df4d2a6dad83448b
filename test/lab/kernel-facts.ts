import { run } from "../toolchain/command.ts";
import { type Fact, lineFacts, split } from "./facts.ts";

/** Links, addresses, routes, rules, firewall and network settings of a namespace, as this machine's tools see them. */
export async function kernelFacts(netns: string): Promise<Fact[]> {
  const both = (words: string) =>
    run(["sh", "-c", `ip -4 -n "$1" ${words}; ip -6 -n "$1" ${words}`, "sh", netns]);
  const [links, addresses, routes, rules, ruleset, sysctls] = await Promise.all([
    run(["ip", "-n", netns, "-j", "-d", "link"]),
    run(["ip", "-n", netns, "-j", "address"]),
    both("route show table all"),
    both("rule"),
    run(["ip", "netns", "exec", netns, "nft", "--stateless", "list", "ruleset"]),
    run(["sh", "-c", 'ip netns exec "$1" sysctl -a -r "^net[.]" 2>/dev/null', "sh", netns]),
  ]);
  return [
    ...linkFacts(links),
    ...addressFacts(addresses),
    ...lineFacts("route", routes.replace(/ expires \d+sec/g, "").replace(/.*\bfe80:.*\n/g, "")),
    ...lineFacts("rule", rules),
    ...rulesetFacts(ruleset),
    ...sysctlFacts(sysctls),
  ];
}

interface IpLink {
  readonly ifname: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly addr_info?: readonly {
    readonly local: string;
    readonly prefixlen: number;
    readonly scope: string;
  }[];
}

const linkFacts = (json: string): Fact[] =>
  (JSON.parse(json) as IpLink[]).map(({ ifname, mtu, flags, master, linkinfo }) => {
    const state = flags.includes("UP") ? "up" : "down";
    return [
      `link ${ifname}`,
      [linkinfo?.info_kind ?? "", `mtu ${mtu}`, state, master ? `in ${master}` : ""].join(" ").trim(),
    ];
  });

/** Without link-local addresses: they are made anew at every boot. */
const addressFacts = (json: string): Fact[] =>
  (JSON.parse(json) as IpLink[]).flatMap(({ ifname, addr_info = [] }) =>
    addr_info
      .filter(({ scope }) => scope !== "link")
      .map(({ local, prefixlen }): Fact => [`address ${local}/${prefixlen} on ${ifname}`, ""]),
  );

/** Each line under the table and chain it stands in; the same rule twice is two facts. */
function rulesetFacts(text: string): Fact[] {
  const place: string[] = [];
  const times = new Map<string, number>();
  return split(text, "\n").flatMap((raw): Fact[] => {
    const line = raw.trim();
    if (line === "}") {
      place.pop();
      return [];
    }
    const key = ["nft", ...place, line.replace(/ \{$/, "")].join(" ");
    if (line.endsWith("{")) place.push(line.replace(/ \{$/, ""));
    const count = (times.get(key) ?? 0) + 1;
    times.set(key, count);
    return [[count === 1 ? key : `${key} (${count})`, ""]];
  });
}

/** Settings of single links come and go with their links; counters are no settings. */
const sysctlFacts = (text: string): Fact[] =>
  split(text, "\n")
    .map((line): Fact => [`sysctl ${line.split(" = ")[0]}`, line.split(" = ")[1] ?? ""])
    .filter(([key]) => !/\.(conf|neigh)\.(?!all\.|default\.)|_count$|stable_secret|fastopen_key/.test(key));

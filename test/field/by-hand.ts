import type { FieldCase } from "./case.ts";
import { inCell, table } from "./page.ts";

interface Shown {
  /** `null`: no test of ours does. */
  readonly test: FieldCase["test"] | null;
}

/** Something that people do by hand to make such a gateway, as a row of docs/by-hand.md. */
export interface HandWork extends Shown {
  readonly byHand: string;
  /** The argument, component or page that stands for it. */
  readonly here: string;
}

/** What the way by hand gets wrong. */
export interface HandFault extends Pick<FieldCase, "now">, Shown {
  readonly fault: string;
}

const MAIN_JOB = "test/host/main-job.test.ts";
const PROOFS = "test/lab/proofs.ts";
const HTTP = "test/host/http.test.ts";
const ROUTES = "test/long/route-bridge.test.ts";
const GATEWAY = "makes a bare host a gateway between tailnets with the same addresses";

export const works: readonly HandWork[] = [
  {
    byHand: "install Dante, socat and CoreDNS on the host",
    here: "`Gateway`: pinned programs with their digests; packages that it finds missing",
    test: [MAIN_JOB, GATEWAY],
  },
  {
    byHand: "write a script and units for a namespace, its veth pair and NAT",
    here: "`NetnsTailnet`",
    test: [MAIN_JOB, GATEWAY],
  },
  {
    byHand: "log the second node in with a key, with `--accept-routes`",
    here: "`authKey` or `browserLogin`; routes are accepted by default",
    test: [
      "test/host/login.test.ts",
      "is made by a browser where that is wanted in place of a key, and the page is named at once",
    ],
  },
  {
    byHand: "save the rules of iptables, so that they outlive a boot",
    here: "units load them at boot, and `tsproxy_watch` mends them",
    test: ["test/host/reboot.test.ts", "is whole again after $what without help, and nothing differs"],
  },
  {
    byHand: "one more NAT rule for each way out, when the host has several",
    here: "nothing: rules name no interface, and the way out may change",
    test: [
      "test/long/uplinks.test.ts",
      "works again within a minute when the default route has moved $what, with nothing restarted",
    ],
  },
  {
    byHand: "a SOCKS5 server in the namespace, and a relay on the primary address",
    here: "`SocksBridge`",
    test: [PROOFS, "by the site's address in its tailnet"],
  },
  {
    byHand: "a name server that makes an address of `10.0.0.50.work`",
    here: "`SuffixDns`",
    test: [PROOFS, "DNS answers ${inSuffix(LAN_HOST)}"],
  },
  {
    byHand: "reach a machine by its name in the tailnet: not there",
    here: "`nas.work`, `nas.tail1234.ts.net` and names of the tailnet's own resolvers (`domains`)",
    test: [
      "test/long/domains.test.ts",
      "are answered by the gateway's DNS server, by the tailnet's own resolvers",
    ],
  },
  {
    byHand: "`socksmethod: username`, a system user and its password for each person",
    here: "`users`, for both servers; secrets, and no users of the system",
    test: [HTTP, "asks for logins where there are users, of either server"],
  },
  {
    byHand: "no login in Chrome, `nc` and most tools, which cannot log in to SOCKS",
    here: "the port speaks HTTP, too, with a login that they know",
    test: [
      "test/long/browsers.test.ts",
      "log in to a port by HTTP, with the dialog that they have for it: %s",
    ],
  },
  {
    byHand: "a program that knows no proxy, UDP, ping: not there",
    here: "`RouteBridge`",
    test: [ROUTES, "lead any program to the networks and machines behind, by TCP, UDP and ping"],
  },
  {
    byHand: "check five units, a ping, a `curl` and a `dig`",
    here: "`up` fails where one does not work; the output `tryIt` is a line to paste",
    test: [
      MAIN_JOB,
      "gives a line for each SOCKS port that tells, as it is pasted, as whom and in which tailnet it speaks",
    ],
  },
  {
    byHand: "copy everything for one more tailnet, with other addresses, ports and names",
    here: "one more entry; collisions are found in preview",
    test: [
      "test/host/neighbours.test.ts",
      "adds a third tailnet and leaves the processes of the others alone",
    ],
  },
  {
    byHand: "set up resolvers, browsers and ssh on each client",
    here: "one command writes [the files](clients.md#all-files-at-once), filled in",
    test: [
      "test/long/client-kit.test.ts",
      "opens both 10.0.0.50, a machine by its name in the tailnet, and a site of the internet",
    ],
  },
  {
    byHand: "no preview, no repair",
    here: "`pulumi preview`, `refresh` and `up`",
    test: ["test/host/drift.test.ts", "show and mend $what, and nothing else"],
  },
  {
    byHand: "no removal",
    here: "`pulumi destroy`: the host is as it was",
    test: ["test/host/destroy.test.ts", "leaves the host as it was before the first up"],
  },
];

export const faults: readonly HandFault[] = [
  {
    fault:
      "a namespace is not isolated: with forwarding on, what is in it reaches machines of the primary tailnet and services of the host",
    now: "closed by rules of the host and, once more, inside the namespace",
    test: [
      PROOFS,
      "What a client must not reach through a tailnet's port: the gateway, its namespaces, the primary tailnet.",
    ],
  },
  {
    fault: "a tailnet that advertises 10.0.0.0/8 takes the pair's addresses, and the SOCKS port is cut",
    now: "the relay talks to the server over the namespace's loopback, and rules ahead of Tailscale's keep the way out",
    test: [PROOFS, "by address"],
  },
  {
    fault:
      "`/etc/netns/…/resolv.conf` is lost when the host's is renamed, and nscd and nss-resolve pass it by",
    now: "each unit has a file system of its own, with a name service that asks nobody else",
    test: [
      "test/long/networkd.test.ts",
      "asks the resolver of a new lease within a minute, with nothing restarted",
    ],
  },
  {
    fault: "ports on the primary address answer neighbours on the internet that send them packets",
    now: "closed but for `clients` that come by the primary tailnet",
    test: [PROOFS, "the internet does not reach port ${port} of the primary address"],
  },
  {
    fault: "questions for AAAA and HTTPS of a suffix go to the internet, and 999.1.1.1 is an address",
    now: "every question about a suffix ends at the gateway; what is no address does not exist",
    test: [MAIN_JOB, "keeps questions about its suffixes from the internet's name server"],
  },
  {
    fault: "a pattern like `*work*` sends workday.com, too, into the tailnet",
    now: "the [files for clients](clients.md#all-files-at-once) have patterns that end in the suffix",
    test: [
      "test/unit/components/clients/browsers.test.ts",
      "leads each name to the first port of its tailnet, and any other name to none",
    ],
  },
  {
    fault: "`dig` in a ProxyCommand looks a name up that the proxy would find",
    now: "the name is left to the proxy",
    test: [PROOFS, "by ${site}.${suffix}"],
  },
];

/** docs/by-hand.md */
export function handPage(): string {
  const link = (test: Shown["test"]) => (test === null ? "no test" : `[${test[1]}](../${test[0]})`);
  const rows = works.map(({ byHand, here, test }) => [byHand, here, link(test)].map(inCell));
  const wrong = faults.map(({ fault, now, test }) => [fault, now, link(test)].map(inCell));
  return `${[
    "# By hand, and here",
    "What people do who make such a gateway with a page of commands, and what stands for it. The last column is what shows it. Generated from `test/field/by-hand.ts` by `UPDATE_GOLDEN=1 npm test -- field`.",
    table(["by hand", "here", "shown by"], rows),
    "## What goes wrong by hand",
    "Seen on hosts that were set up that way.",
    table(["fault", "here", "shown by"], wrong),
  ].join("\n\n")}\n`;
}

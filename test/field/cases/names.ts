import type { FieldCase } from "../case.ts";

const RESOLVER = "test/unit/components/render/dns/names-in-a-tailnet.test.ts";
const HOST = "test/long/names.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "N-route-1",
    happens: "a program or a device cannot use a SOCKS proxy: a phone, a printer's driver, `ping`, UDP",
    before: "it did not reach the tailnet",
    now: "a RouteBridge offers the tailnet as 4via6 routes in the primary one, and names lead to them",
    test: [
      "test/long/route-bridge.test.ts",
      "lead any program to the networks and machines behind, by TCP, UDP and ping",
    ],
  },
  {
    id: "N-route-2",
    happens: "a client asks the node of the routes for the gateway, or for servers in the namespace",
    before:
      "(without its rules, Tailscale's node hands what is meant for itself to the loopback of its network)",
    now: "refused, by rules that count for this node alone; its start proves that they do",
    test: [
      "test/long/route-bridge.test.ts",
      "do not lead to the gateway, its namespaces, this node itself, or past the tailnet",
    ],
  },
  {
    id: "N-route-3",
    happens:
      "the tailnet has an exit node, or offers networks in which the primary tailnet's control server and clients are",
    before:
      "the node of the routes reached its own tailnet by way of the exit node, or its own rules refused it that",
    now: "its own tailnet is reached by the uplink, and clients directly",
    test: [
      "test/long/route-bridge.test.ts",
      "are offered by a node that reaches its own tailnet by the uplink, and clients directly",
    ],
  },
  {
    id: "N-route-11",
    happens: "a network that is offered, or the control server of the routes' node, becomes another one",
    before: "the route to the former network stayed in the namespace, and the former port open on the host",
    now: "both go with the reload, and a route that another program makes there is drift",
    test: [
      "test/unit/components/render/place/visitor.test.ts",
      "takes away the route to what it no longer offers, and one that another program has made",
    ],
  },
  {
    id: "N-route-4",
    happens: "a reload of the routes' node is cut, or fails",
    before: "its rules were gone, and it ran on without",
    now: "the former ones stay until better ones are proven",
    test: [
      "test/unit/components/render/place/visitor.test.ts",
      "keeps its rules, and by what they know it, when a reload cannot prove better ones",
    ],
  },
  {
    id: "N-route-5",
    happens: "a gateway is switched off or loses its network",
    before: "its routes led nowhere",
    now: "another one that offers the same takes over",
    test: ["test/long/route-failover.test.ts", "stand in for one that is cut off"],
  },
  {
    id: "N-route-6",
    happens: "a client or its program cannot use IPv6 addresses",
    before: "the routes were of no use to it",
    now: "`map` offers a network of the tailnet by another one of IPv4",
    test: ["test/long/route-bridge.test.ts", "lead to networks by others that stand for them"],
  },
  {
    id: "N-route-7",
    happens: "a machine of the tailnet comes or goes, and a refresh looks at that moment",
    before: "drift: the unit that follows the machines was activating",
    now: "none",
    test: ["test/long/route-bridge.test.ts", "show none while what follows the machines starts anew"],
  },
  {
    id: "N-route-8",
    happens: "the primary tailnet's control server is on the gateway itself, at a port of its own",
    before:
      "the node of the routes was kept from it: the host let in the port of the tailnet's own server alone",
    now: "it is let in by that port as long as the node is there; `reach` has the address",
    test: [
      "test/long/route-control.test.ts",
      "lets the node of the routes in by its own port, which may be another than the tailnet's",
    ],
  },
  {
    id: "N-route-9",
    happens: "a suffix whose names are IPv6 addresses, on a host without IPv6",
    before: "the suffix failed: the C library asks for no such address there",
    now: "it is asked in a way that does not depend on the host's addresses",
    test: ["test/long/route-control.test.ts", "has names answered on a host without IPv6"],
  },
  {
    id: "N-route-10",
    happens: "a person opens a name that leads to routes with Chromium, in a network without IPv6",
    before: "(it asks for no such address there, and says that the name does not exist)",
    now: "the guide names the policy that has it ask; Firefox needs none",
    test: [
      "test/long/browsers.test.ts",
      "need a policy for that in a network without IPv6, where Chromium asks for no such address",
    ],
  },
  {
    id: "A6",
    happens: "a tailnet has MagicDNS switched off",
    before: "`nas.work` was an error, by DNS and by SOCKS, and Pulumi saw nothing wrong",
    now: "machines are asked for below the tailnet's domain, which the gateway learns from its node",
    test: [HOST, "are answered by DNS and by SOCKS as soon as the gateway is up"],
  },
  {
    id: "N-names-1",
    happens: "the control server changes the domain of a tailnet",
    before: "names of machines were asked as bare labels, so only MagicDNS knew them",
    now: "the gateway follows within a minute or two, without Pulumi",
    test: [HOST, "are found again when the control server has changed the domain, without Pulumi"],
  },
  {
    id: "N-names-2",
    happens: "an administrator gives out a name of a machine that is not the machine's own",
    before: "`wiki.work` did not exist",
    now: "`wiki.work` is what the tailnet calls wiki",
    test: [HOST, "are found with MagicDNS too, and beside them what the administrator names"],
  },
  {
    id: "N-names-7",
    happens: "clients of the primary tailnet have IPv6 there and no IPv4 (`disableIPv4`)",
    before: "SOCKS ports and DNS were at an IPv4 address only",
    now: "with `primaryAddress6` they are at both",
    test: ["test/long/ipv6.test.ts", "is found at its second primary address, by both servers and by DNS"],
  },
  {
    id: "N-names-6",
    happens: "a service behind a tailnet has an IPv6 address and no name",
    before: "its address worked in programs that leave the proxy an IPv6 address; there was no name for it",
    now: "`fd00-1--50.work` is fd00:1::50 in tailnet work",
    test: [RESOLVER, "are names under a suffix, but for those of this machine and of many"],
  },
  {
    id: "A7",
    happens: "a name that no machine has is asked for, or a record that a machine does not have",
    before: "the answer came without a SOA, so that no resolver could remember it",
    now: "it has one, of a minute; only that a machine has IPv6 alone has to be asked each time",
    test: [RESOLVER, "every negative answer under a suffix may be remembered"],
  },
  {
    id: "N-names-3",
    happens: "a name that no machine has, in a tailnet without MagicDNS",
    before: "an error of the server, which is not an answer",
    now: "it does not exist, and no resolver of the internet was asked",
    test: [HOST, "are denied in a way that resolvers may remember, and asked of no resolver of the internet"],
  },
  {
    id: "B11",
    happens: "machines of a tailnet are in 10.200.0.0/16",
    before: "neither their names nor their addresses led to them, whatever `veth` was",
    now: "only the four addresses of the tailnet's own `veth` are closed",
    test: [
      "test/unit/components/render/dns/suffix-dns.test.ts",
      "refuses the veth network of its own tailnet, and no other",
    ],
  },
  {
    id: "R10",
    happens: "the same, through the SOCKS port",
    before: "refused by rule, in no document",
    now: "reached; what stays closed is said in docs/security.md",
    test: [
      "test/unit/components/render/server/servers.test.ts",
      "is told of its own veth network, and of no other",
    ],
  },
  {
    id: "B14",
    happens: "a suffix is a top-level domain of the internet, such as `work`",
    before: "examples had it, and a client that asked another resolver was led to strangers",
    now: "a warning names one that can belong to nobody; examples have `work.internal`",
    test: ["test/unit/components/arguments.test.ts", "warn of %j, which the internet has too"],
  },
  {
    id: "N-names-8",
    happens:
      "a client of the routes asks by its whole name for a machine that just came, or that is not offered",
    before: "it got an address of the site that nothing offers, and waited",
    now: "it has no such name; a machine that is offered has the right address by each of its names",
    test: [
      "test/unit/components/render/dns/domains.test.ts",
      "have names of machines from the list alone for such clients, and no address that nothing offers",
    ],
  },
  {
    id: "N-names-9",
    happens: "a tailnet has routes, and the gateway's DNS server another port than 53",
    before: "every `up` failed: the unit of the suffix waited for an answer that nothing gives",
    now: "it asks for what the server that it asks does answer",
    test: [
      "test/unit/components/render/dns/clients-zone.test.ts",
      "are asked for inside the namespace, where no site is known, if the DNS server has another port than 53",
    ],
  },
  {
    id: "N-names-5",
    happens: "the resolvers of the host change",
    before:
      "a reload of the namespace did not reach its resolver, which asked the former ones until it was restarted",
    now: "the reload reaches it, without a restart",
    test: [RESOLVER, "a reload has the resolver ask the uplink's resolvers of now"],
  },
  {
    id: "N-guard-1",
    happens: "a server of HTTP is taken over, or loses its settings",
    before:
      "in a namespace with an owner, as all are unless `userNamespace: false` is set, the rules of its guard matched nothing",
    now: "they go by the control group of its unit; it does not start before they have been seen to count",
    test: [
      "test/unit/components/render/server/server-guard.test.ts",
      "sends by the link and to the resolver, and nothing elsewhere",
    ],
  },
  {
    id: "N-names-4",
    happens: "a client has a guarded server connect to the resolver of its own place",
    before: "it was connected",
    now: "the server reaches the resolver by UDP alone, to look names up",
    test: [
      "test/unit/components/render/server/server-guard.test.ts",
      "sends by the link and to the resolver, and nothing elsewhere",
    ],
  },
];

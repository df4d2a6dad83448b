import type { FieldCase } from "../case.ts";

const SCRIPT = "test/unit/components/render/place/kernel-script.test.ts";
const DRIFT = "test/host/drift.test.ts";
const NETWORKD = "test/long/networkd.test.ts";
const OWN_FIREWALL = "test/long/own-firewall.test.ts";
const HEAL = "test/host/heal.test.ts";

const UPLINK6 = "test/long/uplink6.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "N-six-1",
    happens: "the host's only way out is IPv6",
    before: "refused: no IPv4 default route",
    now: "with `uplink6: true` it is a gateway as any other; the error names the argument",
    test: [UPLINK6, "is a gateway as any other with it"],
  },
  {
    id: "N-six-2",
    happens: "a host that learns its routes from router advertisements is made to forward IPv6",
    before: "(it would have lost its own way out)",
    now: "its links go on to learn them, and are put back when the gateway goes",
    test: [
      "test/unit/components/render/place/uplink6.test.ts",
      "keeps links that take router advertisements at that, and leaves them as they were",
    ],
  },
  {
    id: "N-kernel-6",
    happens: "the host's firewall is reloaded while users are logged in to a port",
    before: "the unit of the logins was started anew, the server with it, and all of its sessions ended",
    now: "what has a table on the host is reloaded, and nothing else",
    test: ["test/host/http.test.ts", "keeps its sessions when the firewall of the host is reloaded"],
  },
  {
    id: "R1",
    happens: "a firewall file is edited and loaded",
    before:
      "`up --refresh` put the text back, the kernel kept the hole, and every later refresh said that nothing differs",
    now: "a unit notes a hash of what it has really read; the tailnet is drift until its unit has read the right text",
    test: [DRIFT, "a firewall that was edited and loaded"],
  },
  {
    id: "F2",
    happens: "the table of the gateway is edited, loaded, and put back without being loaded",
    before: "`preview --refresh --expect-no-changes` ended with 0 while the kernel had other rules",
    now: "it is drift, and reloaded",
    test: [DRIFT, "a table of the host that was edited and loaded, and put back without being loaded"],
  },
  {
    id: "R8",
    happens: "a unit is on its way up while its file is rewritten",
    before: "the start joined the job of the old text, and the new stamp was written for the old process",
    now: "it is started anew",
    test: [
      "test/unit/fake/kernel.test.ts",
      "is the new text of a unit that was on its way up when it was changed",
    ],
  },
  {
    id: "B1",
    happens: "tailscaled is taken over from its tailnet",
    before: "its CAP_NET_ADMIN made links on the host's cards, past every rule",
    now: "its namespace belongs to a user namespace: it has no privilege on the host",
    test: [
      SCRIPT,
      "makes a namespace that belongs to the user of its unit, in which that user may do all and outside nothing",
    ],
  },
  {
    id: "B2",
    happens: "systemd-networkd configures a link anew and takes foreign policy rules away",
    before:
      "questions for names of a tailnet went to machines of the primary one, the namespace had no way out",
    now: "the rules have the protocol of the kernel, which networkd leaves alone; without them nothing leaves by another way",
    test: [SCRIPT, "gives its rules the protocol of the kernel, also those that an earlier release made"],
  },
  {
    id: "B3",
    happens:
      "the host's resolver has an address in a network of the tailnet, or the tailnet routes any resolver's",
    before:
      "names of the control server and of clients were asked of, and answered by, a machine of the tailnet",
    now: "the resolver's questions take the namespace's way out, whatever the tailnet routes",
    test: [
      SCRIPT,
      "leads the resolver's questions past routes of the tailnet that cover the uplink's resolver",
    ],
  },
  {
    id: "B4",
    happens: "`nft flush ruleset` on the host",
    before: "the namespace reached the host and its LAN, NAT was gone until the next `up`",
    now: "the same rules stand inside the namespace, and the host's are back within 20 s, with a line in the journal",
    test: [HEAL, "every firewall of the host flushed"],
  },
  {
    id: "B5",
    happens: "rules are taken away, forwarding is switched off, a namespace is removed",
    before: "an outage until the next `up --refresh`",
    now: "`tsproxy_watch.service` mends it within 20 s and says what it was",
    test: [SCRIPT, "mends what differs by itself, and says what that was"],
  },
  {
    id: "B7",
    happens: "the host is in a network with public addresses",
    before: "that network counted as the internet: a namespace reached its machines",
    now: "networks of the host are closed unless `reach` lists them",
    test: [SCRIPT, "a network that the host has come into"],
  },
  {
    id: "B10",
    happens: "4via6 networks in `advertiseRoutes`; a control server given by its address",
    before: "the networks had to be in `reach`, too; all ports of the server's address were open",
    now: "what is advertised is open, and of a control server the port of its URL, on the gateway itself, too",
    test: [
      "test/unit/components/render/place/firewall.test.ts",
      "opens what was asked for, with the argument that did",
    ],
  },
  {
    id: "N-kernel-1",
    happens: "the kernel lets systemd load no filter (unprivileged containers)",
    before: "`clients` of a SOCKS port were not enforced",
    now: "a table of nft for each port lets in its clients only, and only by the primary tailnet",
    test: [SCRIPT, "the table of a port deleted"],
  },
  {
    id: "B12",
    happens: "a container or a machine of the LAN uses a service at the primary address",
    before: "every port of that address was closed to it",
    now: "only the SOCKS ports and DNS are",
    test: ["test/lab/proofs.ts", "other ports of the primary address are as they were"],
  },
  {
    id: "C1",
    happens: "the resolver of the host changes, or comes after the boot",
    before: "no names until the DNS unit was restarted by hand",
    now: "seen within 20 s: the firewall is opened for it, and the DNS server reads it",
    test: [SCRIPT, "another resolver"],
  },
  {
    id: "C2",
    happens: "Docker, libvirt or LXD on the host need forwarding, too",
    before: "`destroy`, or a stop of `nftables.service`, switched it off under them",
    now: "it stays on where a bridge, a sysctl file or the masquerading of others needs it, and the journal says which",
    test: [SCRIPT, "leaves forwarding on where others need it, and as it was where none do"],
  },
  {
    id: "R14",
    happens: "forwarding was off at the first `up`, and a router came later",
    before: "`destroy` wrote the old value back",
    now: "it stays on: what needs it now is looked for at that moment",
    test: [SCRIPT, "leaves forwarding on where others need it, and as it was where none do"],
  },
  {
    id: "C11",
    happens: "forwarding of one card, or inside a namespace, is switched",
    before: "an outage that neither check nor refresh saw",
    now: "seen and mended",
    test: [SCRIPT, "a way out that does not forward"],
  },
  {
    id: "C12",
    happens: "the four addresses between the host and a namespace lie in a network that the host is in",
    before: "the host no longer reached machines there that had them, and nothing said so",
    now: "`up` says so before its first change, with the network; another `veth` is chosen where it matters",
    test: [
      "test/unit/engine/kinds/requirement-on-a-host.test.ts",
      "that %s is told whether a veth network is taken",
    ],
  },
  {
    id: "B9",
    happens: "systemd-resolved knows resolvers of a company's VPN, some with a name for TLS",
    before:
      "they were opened to the namespace and asked at random: names of a tailnet's nodes went to the company",
    now: "asked are those of links by which the host reaches the internet, and those of no link",
    test: [
      SCRIPT,
      "asks resolvers of links by which the host reaches the internet, and those of no link, and of no other",
    ],
  },
  {
    id: "N-kernel-2",
    happens: "a .network file for all cards (`Type=ether`) on a host with systemd-networkd",
    before:
      "it took the address of each pair, an outage of up to 20 s at each start of networkd, and asked the namespace for an address and routes",
    now: "a file of ours, the first by name, says that the pairs are none of networkd's",
    test: [NETWORKD, "loses nothing to a file for all cards"],
  },
  {
    id: "N-kernel-3",
    happens: "the lease of the host brings another resolver, or comes 20 s after the boot",
    before: "no names until the DNS unit was restarted by hand",
    now: "the namespace asks the new one within a minute, and nothing is restarted",
    test: [NETWORKD, "asks the resolver of a new lease within a minute, with nothing restarted"],
  },
  {
    id: "N-kernel-4",
    happens: "the default route of the host moves to another card",
    before: "nothing was known of it",
    now: "what clients have asked works again within 20 s (seen: 12 and 18), and nothing is restarted",
    test: [
      "test/long/uplinks.test.ts",
      "works again within a minute when the default route has moved $what, with nothing restarted",
    ],
  },
  {
    id: "N-kernel-5",
    happens: "a firewall of the host drops what was not asked for, the SOCKS ports and DNS, too",
    before: "`up` succeeded, and clients got no answer",
    now: "a warning names the chain and the command that lets them in",
    test: [OWN_FIREWALL, "is told that it drops what clients send, and how to let it in"],
  },
  {
    id: "N-kernel-7",
    happens: "a tailnet goes out by IPv6 and has nothing to say for a minute",
    before: "nothing was known of IPv6",
    now: "what comes then reaches it, and the control server is not lost: each end of the pair is told the other's card, which the kernel would ask for with an address that the pair does not have",
    test: [
      "test/long/uplink6.test.ts",
      "has ways between the ends of each pair that no silence takes away, and that come back when a command does",
    ],
  },
];

import type { FieldCase } from "../case.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "C3",
    happens: "1,000 clients of a tailnet's port open connections and leave them idle",
    before:
      "Dante took up to 480 MB for them and kept it; 8,192 were allowed for each tailnet, and nothing else was limited",
    now: "`maxSessions` (512) is what a port allows; every process has a limit of memory and tasks, and is ended before any of the host's",
    test: [
      "test/unit/components/render/unit/limits.test.ts",
      "follows the number of connections that a port may have at a time",
    ],
  },
  {
    id: "N-bounded-1",
    happens: "the host runs out of memory",
    before: "the kernel chose among all processes, sshd's sessions and the host's own tailscaled too",
    now: "the gateway's processes go first, and come back",
    test: [
      "test/unit/components/render/unit/limits.test.ts",
      "is the first to go when the host runs out of memory",
    ],
  },
  {
    id: "C4",
    happens: "a tailnet is out for a day",
    before: "its SOCKS server failed every two seconds, 200,000 to 300,000 lines of the journal a day",
    now: "the start of the server waits for an address",
    test: [
      "test/long/bounded.test.ts",
      "starts a SOCKS server once while its tailnet is out, however often the tailnet is tried",
    ],
  },
  {
    id: "N-bounded-2",
    happens: "clients are refused, or a control server is not reached, for days",
    before: "each time a line in the journal, without a limit",
    now: "each unit may write 200 lines in half an hour, some times as many where the disk has room",
    test: [
      "test/unit/components/render/unit/limits.test.ts",
      "is limited in its journal, whatever clients and control servers make it say",
    ],
  },
  {
    id: "C7",
    happens:
      "the host is a container of LXC, LXD or Incus, whose images take sandboxes back from all services",
    before:
      "no new privileges, private `/tmp`, read-only system and hidden processes were off without a word",
    now: "the gateway's sandbox is read last",
    test: [
      "test/long/bounded.test.ts",
      "keeps the sandbox that an image of LXC takes back from every service",
    ],
  },
  {
    id: "B8",
    happens:
      "a process of the gateway is taken over on a host with avahi, snapd, PostgreSQL, libvirt or Docker",
    before: "it saw their sockets in `/run`, some of which let everybody in",
    now: "its `/run` is empty but for what its unit needs, and for all but tailscaled so is its `/var`",
    test: [
      "test/trust/sandboxes/inside.ts",
      "no process of a gateway gets at what is not its own, and root at all of it",
    ],
  },
  {
    id: "N-bounded-3",
    happens:
      "a process of the gateway is taken over and takes the lock by which changes wait for one another",
    before: "every `pulumi up` waited in vain",
    now: "the lock is root's alone",
    test: [
      "test/trust/sandboxes/inside.ts",
      "no process of a gateway gets at what is not its own, and root at all of it",
    ],
  },
  {
    id: "C5",
    happens: "another firewall of the host drops what it forwards",
    before:
      "60 seconds, then advice to make a new key; ufw, firewalld and Docker were named whether they drop or not",
    now: "the firewall is named before the first change, with commands that let the namespace through; when it does, no more is said",
    test: [
      "test/unit/engine/kinds/requirement-on-a-host.test.ts",
      "that %s is told what drops forwarded packets",
    ],
  },
  {
    id: "N-bounded-4",
    happens: "the host is its own only resolver",
    before: "60 seconds, then advice to make a new key",
    now: "nothing is changed, and `resolvers` is asked for",
    test: [
      "test/unit/engine/kinds/requirement-on-a-host.test.ts",
      "that asks %s is told whether a namespace can ask there",
    ],
  },
  {
    id: "N-bounded-5",
    happens: "the host has no IPv4 default route",
    before: "60 seconds, then advice to make a new key",
    now: "nothing is changed, and the host's route is asked for",
    test: [
      "test/unit/engine/kinds/requirement-on-a-host.test.ts",
      "with %s is told whether there is a way to the control server",
    ],
  },
  {
    id: "N-bounded-6",
    happens: "the control server's name leads to a private address",
    before: "60 seconds, then advice to make a new key",
    now: "nothing is changed, and `reach` is asked for",
    test: [
      "test/unit/engine/kinds/requirement-on-a-host.test.ts",
      "where the control server's name leads to %s is told whether that is closed",
    ],
  },
  {
    id: "N-bounded-7",
    happens: "the kernel limits no unit, as on a Raspberry Pi",
    before: "nothing was said, and nothing limited",
    now: "a note says how it is switched on",
    test: [
      "test/unit/engine/kinds/requirement-on-a-host.test.ts",
      "with the controllers %s is told whether units are limited",
    ],
  },
  {
    id: "C6",
    happens: "the host runs Docker, its user follows the advice about it, and reboots",
    before: "the rules were gone, the tailnets out",
    now: "the advice is a drop-in of Docker's own unit",
    test: ["test/long/docker.test.ts", "goes on when %s, and so does Docker"],
  },
  {
    id: "B6",
    happens: "systemd cannot filter addresses, as in unprivileged containers and kernels without BPF",
    before:
      "`clients`, and what keeps the DNS server from a cloud's metadata, were without effect, and nothing said so",
    now: "a note says so",
    test: [
      "test/unit/engine/kinds/requirement.test.ts",
      "tells the user what is missing, what was found and what to do",
    ],
  },
  {
    id: "N-bounded-8",
    happens: "a container forbids what the sandbox asks for",
    before: "units failed with status 226 after the programs had been installed",
    now: "nothing is changed, and it is said what systemd was refused",
    test: [
      "test/unit/engine/kinds/requirement.test.ts",
      "tells the user what is missing, what was found and what to do",
    ],
  },
  {
    id: "N-bounded-9",
    happens: "a namespace has no way to its control server: its name, the route or a firewall",
    before: "60 seconds, then advice to make a new key",
    now: "the unit looks from inside the namespace before it waits, and says which",
    test: [
      "test/long/bounded.test.ts",
      "is told which firewall keeps a namespace from its control server, and how to let it through",
    ],
  },
  {
    id: "N-bounded-10",
    happens: "clients open more connections than a port may have",
    before: "8,192 went through, and what they took stayed taken",
    now: "those beyond `maxSessions` are refused",
    test: ["test/long/bounded.test.ts", "lets no more clients in at a time than it was told"],
  },
  {
    id: "N-bounded-11",
    happens: "the primary tailnet is out for a day",
    before: "the gateway's DNS server failed every two seconds, 200,000 lines of the journal a day",
    now: "it waits for its address",
    test: [
      "test/unit/components/render/unit/limits.test.ts",
      "is not a start of %s every other second while something is out",
    ],
  },
  {
    id: "N-bounded-12",
    happens: "the host's clock is wrong, as that of a small machine without a battery",
    before:
      "a minute, then that the control server was not reached, or advice to make a new key; the clock was named by Go's words for a certificate alone",
    now: "the clock is named within seconds, with its time, the server's, and those of the certificate",
    test: [
      "test/long/wrong-clock.test.ts",
      "is told so in seconds where it is slow by an hour, and not to make a new key",
    ],
  },
  {
    id: "G10",
    happens: "an operator wants to know what a tailnet takes",
    before: "41 MB and 23 processes for an idle one, in no document",
    now: "the guide says it, with the limits",
    test: [
      "test/unit/components/render/unit/limits.test.ts",
      "the guide says what a gateway takes of its host",
    ],
  },
  {
    id: "N-bounded-13",
    happens: "the gateway's DNS server is reloaded while it waits for its address, or starts",
    before: "it was ended and came back five seconds later, or went on answering by the old zones, too",
    now: "what waits reads its zones later anyway; what starts is told once it listens",
    test: ["test/unit/components/render/dns/reload.test.ts", "hears of it when it listens"],
  },
];

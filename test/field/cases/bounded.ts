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
    test: ["test/unit/components/render/server/server-guard.test.ts", "waits for an address of the link"],
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
      "test/unit/components/render/unit/limits.test.ts",
      "the sandbox is read after what images of LXC, LXD and Incus add to every service",
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
];

import type { FieldCase } from "../case.ts";

const TWO_STATES = "test/unit/engine/pulumi/two-states.test.ts";
const LIFECYCLE = "test/unit/engine/pulumi/lifecycle.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "R2",
    happens: "two people set up one host, each with a state of the same project and stack name",
    before:
      "the second one's `up` took the gateway over without a word, its `destroy` removed the first one's tailnets",
    now: "the second `up` is refused with what it found and what to do; `destroy` and sweep touch nothing of another state",
    test: [
      TWO_STATES,
      "the second up is refused with what it found and how to go on, and nothing is changed",
    ],
  },
  {
    id: "G1",
    happens: "the gateway of another state is adopted, and that of the adopting one destroyed",
    before: "all tailnets of both went, while the first state's preview said that nothing changed",
    now: "what the adopting program has is taken over, one after the other; the rest stays and is named",
    test: [
      TWO_STATES,
      "adopt takes over what the program has, one after the other, and the destroy removes that only",
    ],
  },
  {
    id: "N-states-1",
    happens: "a resource gets another name in the program, and `pulumi up --refresh` is run",
    before:
      "refused as a second gateway of the same program: Pulumi compares what it has read of the old one, too",
    now: "it goes on with what it had; a gateway is recognised so",
    test: [TWO_STATES, "renames its gateway in an up --refresh, as a plain up that is refused says"],
  },
  {
    id: "R4",
    happens:
      "another machine shows the same host key, as a cloned image does, and `ssh.host` is changed to it",
    before: "`up` asked neither of them and said that all was well; the new one stayed empty",
    now: "the host is looked at behind its new address, and what it lacks is made",
    test: [LIFECYCLE, "makes everything on another machine that shows the key, as a cloned image does"],
  },
  {
    id: "F13",
    happens: "a wrong `ssh.host` with the right host key",
    before: "`up` said that nothing changed; the next command failed once for each resource",
    now: "`up` fails at the gateway, and the state keeps the address that works",
    test: [LIFECYCLE, "is refused where nothing answers, and the state keeps the address that works"],
  },
  {
    id: "R15",
    happens: "a file directly below the root is wanted",
    before: "the program on the host called itself until its shell died",
    now: "it is written",
    test: [
      "test/unit/engine/wire/program.test.ts",
      "makes no directory above one that lies directly below the root",
    ],
  },
  {
    id: "F1",
    happens:
      "`rm -rf /etc/tsproxy /etc/systemd/system/tsproxy*; systemctl daemon-reload` on a gateway that runs",
    before:
      "`up --refresh` failed twice: a reload without a reason, then a port that our own relay was said to have taken",
    now: "one `up --refresh` repairs it, and the nodes stay logged in",
    test: ["test/long/wiped.test.ts", "is repaired by one up --refresh"],
  },
  {
    id: "C9",
    happens: "a power cut within seconds of an `up`",
    before: "empty unit files and manifests",
    now: "what a program has written is on the disk before the program ends",
    test: [
      "test/unit/engine/wire/program.test.ts",
      "goes to the disk once, before the program ends, with all orders",
    ],
  },
  {
    id: "R6",
    happens: "the name, a file or the lock is taken by another program between two trips of one `up`",
    before: "an error that stands for a host which was left as it was; Pulumi forgot the half-made resource",
    now: "the error says that what was done stays done, and the resource is recorded",
    test: [
      LIFECYCLE,
      "that loses its name after something was changed is recorded, and does not say that nothing was",
    ],
  },
  {
    id: "R11",
    happens: "gateway `home` has a tailnet `lab-x`, and gateway `home-lab` a tailnet `x`",
    before: "two resources of one name: Pulumi's own error about a duplicate URN",
    now: "both are named by their paths before anything is registered",
    test: [
      "test/unit/components/configuration.test.ts",
      "names both tailnets whose components Pulumi could not tell apart",
    ],
  },
  {
    id: "N-states-2",
    happens: "a network (`veth`) goes from one tailnet to another in one `up`",
    before:
      "refused as something that this stack did not make, with a command that would have cut the first one off",
    now: "refused by the name of the tailnet that has it: it takes two runs",
    test: [
      "test/unit/fake/kernel.test.ts",
      "is refused in one up by the name of its owner, since the answers to both would take the way of the first",
    ],
  },
  {
    id: "N-states-3",
    happens:
      "a run was cut while two tailnets exchanged their names on the host, and the former program is run",
    before: "`cannot keep tailnet-work: another resource of this program took it`",
    now: "a resource that is about to be replaced gives its name up",
    test: [LIFECYCLE, "that took the name of a resource which is replaced is left in peace by that one"],
  },
  {
    id: "E3",
    happens: "tailnets of two gateways get one URN",
    before: "as R11",
    now: "as R11",
    test: [
      "test/unit/components/configuration.test.ts",
      "names both tailnets whose components Pulumi could not tell apart",
    ],
  },
  {
    id: "G12",
    happens:
      "renames of stacks and components, export and import, `state move`, update plans, one or two ^C, yarn, CommonJS",
    before: "held",
    now: "held when it was last tried; an export and an import are tried with each change",
    test: [
      "test/unit/engine/pulumi/two-states.test.ts",
      "that is handed on, by an export and an import, has what it had",
    ],
  },
  {
    id: "R7",
    happens: "a release says what a host needs in other words",
    before: "an update, and a connection, for every SOCKS port of every user",
    now: "no change: what a host needs is asked before a change, and is no part of what is compared",
    test: [
      "test/unit/engine/pulumi/lifecycle.test.ts",
      "sees no change in other requirements, which are asked before a change only",
    ],
  },
  {
    id: "R13",
    happens: "systemd does not know a key in one of two reviewed cases that have units of one name",
    before: "only the last of them was verified",
    now: "each case is verified with units of its own",
    test: ["test/unit/components/render/unit/units.test.ts", "systemd-analyze has no remark on the units"],
  },
];

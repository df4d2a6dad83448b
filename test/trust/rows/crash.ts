import { writeFileSync } from "node:fs";
import { canSandbox } from "../../fake/sandbox.ts";
import type { Fault, Row, Trial } from "../contract.ts";
import { cutCommands } from "../crash/in-laboratory.ts";
import { everyMoment, leavingAFile, notingLast } from "../crash/in-memory.ts";
import { halfSent, killedPrograms } from "../crash/on-machine.ts";
import { planted } from "../planted.ts";

/** A sandbox needs root and Linux. */
const onMachine: readonly Trial[] = canSandbox ? [halfSent(), killedPrograms()] : [];

const unbegun = planted(/^\($/m, "");
const unended = planted(/^\) 8<&0 <\/dev\/null; /m, "");

const faultsOnMachine: readonly Fault[] = canSandbox
  ? [
      {
        name: "a shell runs what has arrived of a program",
        trial: halfSent((program) => unended(unbegun(program))),
      },
      {
        name: "a killed program leaves a file that nobody knows of",
        trial: killedPrograms((sandbox) => writeFileSync(sandbox.path("/etc/stray"), "left\n")),
      },
    ]
  : [];

export const crash: Row = {
  name: "crash",
  title: "crashes at every step",
  unproved:
    "A killed host keeps its page cache: that what was written is on the disk after a power cut is not shown. Programs are killed between the processes they start, not between two system calls of one.",
  trials: [everyMoment(), ...onMachine, cutCommands()],
  faults: [
    {
      name: "what belongs to a resource is noted when it is there, and not before",
      trial: everyMoment(notingLast),
    },
    { name: "a cut leaves a file that nobody knows of", trial: everyMoment(leavingAFile) },
    ...faultsOnMachine,
    {
      name: "a cut leaves a unit on a real host that nobody knows of",
      trial: cutCommands(({ lab }) =>
        lab.mustExec("gateway", "echo '[Service]' >/etc/systemd/system/tsproxy-stray.service"),
      ),
    },
  ],
};

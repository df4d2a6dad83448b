import type { Row } from "../contract.ts";
import {
  failingWithTexts,
  LEAKING,
  PROGRAMS,
  readableByAll,
  repeatingAll,
  warningOfTexts,
  withFingerprint,
} from "../secrets/broken.ts";
import { laboratoryTrial } from "../secrets/in-laboratory.ts";
import { lifeTrial } from "../secrets/life.ts";
import { shellTrial } from "../secrets/on-a-shell.ts";
import { refusalsTrial } from "../secrets/refusals.ts";
import { engineTrial } from "../secrets/with-the-engine.ts";

export const secrets: Row = {
  name: "secrets",
  title: "secrets",
  unproved:
    "Pulumi itself shows secrets in two places, whatever the provider: its log at -v=9 and the environment of the program; both are left out by name. On the host, programs are seen that systemd and sshd start, and memory and swap are not searched.",
  trials: [refusalsTrial(), lifeTrial(), shellTrial(), engineTrial(), laboratoryTrial],
  faults: [
    { name: "a refusal repeats the whole argument", trial: refusalsTrial(repeatingAll) },
    { name: "advice repeats what was written", trial: lifeTrial({ between: warningOfTexts }) },
    { name: "an error holds what was written, encoded", trial: lifeTrial({ between: failingWithTexts }) },
    { name: "the file of a secret may be read by all", trial: lifeTrial({ wanted: readableByAll }) },
    { name: "the state keeps secrets in the clear, encoded", trial: lifeTrial({ kept: withFingerprint }) },
    { name: "a program is called with a secret", trial: shellTrial(LEAKING.argument) },
    { name: "a program has a secret around it", trial: shellTrial(LEAKING.environment) },
    { name: "a file is closed to others only after it was written", trial: shellTrial(LEAKING.mode) },
    { name: "a copy of a secret is left, encoded", trial: shellTrial(LEAKING.copy) },
    { name: "a program prints a secret, encoded", trial: engineTrial(PROGRAMS.printing) },
    { name: "a program leaves a secret in a temporary file", trial: engineTrial(PROGRAMS.leaving) },
    { name: "a program calls another one with a secret", trial: engineTrial(PROGRAMS.calling) },
  ],
};

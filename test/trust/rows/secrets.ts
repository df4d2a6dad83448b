import type { Row } from "../contract.ts";
import {
  failingWithTexts,
  LEAKING,
  readableByAll,
  repeatingAll,
  warningOfTexts,
  withFingerprint,
} from "./secrets/broken.ts";
import { lifeTrial } from "./secrets/life.ts";
import { shellTrial } from "./secrets/on-a-shell.ts";
import { refusalsTrial } from "./secrets/refusals.ts";

export const secrets: Row = {
  name: "secrets",
  title: "secrets",
  unproved: "",
  trials: [refusalsTrial(), lifeTrial(), shellTrial()],
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
  ],
};

import type { Row } from "../contract.ts";
import { everyMoment, leavingAFile, notingLast } from "../crash/in-memory.ts";

export const crash: Row = {
  name: "crash",
  title: "crashes at every step",
  unproved: "",
  trials: [everyMoment()],
  faults: [
    {
      name: "what belongs to a resource is noted when it is there, and not before",
      trial: everyMoment(notingLast),
    },
    { name: "a cut leaves a file that nobody knows of", trial: everyMoment(leavingAFile) },
  ],
};

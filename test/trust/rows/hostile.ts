import type { Row } from "../contract.ts";
import { answersTrial } from "./hostile/answers.ts";
import { sortingCarelessly, tellingRaw } from "./hostile/broken.ts";
import { CARELESS_CLIENT, wireTrial } from "./hostile/on-the-wire.ts";
import { TALKATIVE } from "./hostile/wires.ts";

export const hostile: Row = {
  name: "hostile",
  title: "hostile input",
  unproved: "",
  trials: [answersTrial(), wireTrial()],
  faults: [
    { name: "an answer has no limits", trial: wireTrial([TALKATIVE], CARELESS_CLIENT) },
    { name: "what a host says is shown as it comes", trial: answersTrial({ tell: tellingRaw }) },
    {
      name: "what a host calls things is taken for what objects call theirs",
      trial: answersTrial({ between: sortingCarelessly }),
    },
  ],
};

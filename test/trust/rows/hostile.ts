import type { Row } from "../contract.ts";
import { answersTrial } from "../hostile/answers.ts";
import { argumentsTrial } from "../hostile/arguments.ts";
import { quotedPlainly, sortingCarelessly, tellingRaw } from "../hostile/broken.ts";
import { renderedUnseen } from "../hostile/configurations.ts";
import { shellTrial } from "../hostile/on-a-shell.ts";
import { CARELESS_CLIENT, wireTrial } from "../hostile/on-the-wire.ts";
import { TALKATIVE } from "../hostile/wires.ts";

export const hostile: Row = {
  name: "hostile",
  title: "hostile input",
  unproved:
    "The limits on time, of minutes and hours, are tried with a clock that is turned on; nobody waits for them. What the SSH library makes of broken packets is tried by example, not exhaustively.",
  trials: [argumentsTrial(), shellTrial(), answersTrial(), wireTrial()],
  faults: [
    { name: "words of a program stand in plain quotes", trial: shellTrial({ rewrite: quotedPlainly }) },
    { name: "a shell reads arguments that nobody looked at", trial: shellTrial({ look: renderedUnseen }) },
    { name: "the arguments of a tailnet are not looked at", trial: argumentsTrial(renderedUnseen) },
    { name: "an answer has no limits", trial: wireTrial([TALKATIVE], CARELESS_CLIENT) },
    { name: "what a host says is shown as it comes", trial: answersTrial({ tell: tellingRaw }) },
    {
      name: "what a host calls things is taken for what objects call theirs",
      trial: answersTrial({ between: sortingCarelessly }),
    },
  ],
};

import type { Row } from "../contract.ts";
import { answersTrial } from "./hostile/answers.ts";
import { sortingCarelessly, tellingRaw } from "./hostile/broken.ts";

export const hostile: Row = {
  name: "hostile",
  title: "hostile input",
  unproved: "",
  trials: [answersTrial()],
  faults: [
    { name: "what a host says is shown as it comes", trial: answersTrial({ tell: tellingRaw }) },
    {
      name: "what a host calls things is taken for what objects call theirs",
      trial: answersTrial({ between: sortingCarelessly }),
    },
  ],
};

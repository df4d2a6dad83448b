import { omitting } from "../../fake/interference.ts";
import type { Row } from "../contract.ts";
import { randomPrograms } from "../random/in-memory.ts";

export const random: Row = {
  name: "random",
  title: "random programs, edited and cut",
  unproved: "",
  trials: [randomPrograms()],
  faults: [
    {
      name: "packages stay when nobody needs them",
      trial: randomPrograms((host) => omitting(host, "purge")),
    },
    {
      name: "a node is removed without being logged out",
      trial: randomPrograms((host) => omitting(host, "leave")),
    },
  ],
};

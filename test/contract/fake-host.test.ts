import { fakeMachine } from "./fake-machine.ts";
import { hostContract } from "./host.ts";

describe("the host in memory", () => {
  hostContract(fakeMachine, { walk: 200, stride: 1 });
});

import { outputBytesOf, stateBytes } from "../../../bench/engine/state.ts";

const inputs = { connection: { host: "a" }, identity: { key: "gateway" } };
const state = JSON.stringify(
  {
    deployment: {
      resources: [
        { type: "pulumi:pulumi:Stack" },
        {
          type: "pulumi-nodejs:dynamic/tsproxy:HostState",
          inputs: { ...inputs, desired: "long" },
          outputs: { ...inputs, format: 1, nonce: "ab" },
        },
      ],
    },
  },
  null,
  4,
);

describe("an exported state", () => {
  it("is as large as its text without blanks", () => {
    expect(stateBytes('{ "a": "é" }')).toBe(10);
  });

  it("tells by key what our resources keep beyond their inputs", () => {
    expect(outputBytesOf(state)).toEqual({ gateway: '{"format":1,"nonce":"ab"}'.length });
  });
});

import { inspect } from "node:util";
import { RunError } from "@pulumi/pulumi";
import { ArgumentsError } from "../../../components/index.ts";

const problems = [{ path: "ssh.port", text: "0 is not a port" }];

/** What is thrown by a program that runs under Pulumi, whose own files are called so by its source maps. */
function thrownUnderPulumi(): ArgumentsError {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = (error) =>
    [
      String(error),
      "    at child (/home/me/project/node_modules/pulumi-tsproxy/dist/components/child.js:40:9)",
      "    at /home/me/project/index.ts:7:1",
      "    at new ComponentResource (/home/me/project/node_modules/@pulumi/resource.ts:1074:8)",
      "    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)",
    ].join("\n");
  try {
    return new ArgumentsError('Gateway "home"', problems);
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

describe("an error about arguments", () => {
  it("says what is wrong and where in the program, and has no line of a library that Node cannot colour", () => {
    expect(thrownUnderPulumi().stack?.split("\n")).toEqual([
      'ArgumentsError: Gateway "home": 1 problem',
      "  ssh.port: 0 is not a port",
      "    at /home/me/project/index.ts:7:1",
    ]);
  });

  it("has nothing hanging on it that Node would print too", () => {
    const error = thrownUnderPulumi();
    expect(Object.keys(error)).toEqual([]);
    expect(inspect(error, { colors: true })).toBe(error.stack);
    expect(error.problems).toEqual(problems);
  });

  it("is shown without its stack by Pulumi", () => {
    expect(RunError.isInstance(thrownUnderPulumi())).toBe(true);
  });
});

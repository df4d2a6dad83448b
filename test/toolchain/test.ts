import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Count {
  readonly passed: number;
  readonly failed: number;
}

/** Runs a program with its output shown; returns its exit status. */
function show(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "inherit" });
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** Runs jest and counts its tests. A suite that could not even start counts as one failure. */
async function jest(args: readonly string[]): Promise<Count> {
  const directory = mkdtempSync(join(tmpdir(), "tsproxy-test-"));
  const file = join(directory, "jest.json");
  try {
    const status = await show("jest", ["--passWithNoTests", "--json", `--outputFile=${file}`, ...args]);
    if (!existsSync(file)) return { passed: 0, failed: 1 };
    const result = JSON.parse(readFileSync(file, "utf8")) as Record<string, number>;
    const failed = (result.numFailedTests ?? 0) + (result.numRuntimeErrorTestSuites ?? 0);
    return { passed: result.numPassedTests ?? 0, failed: failed || Number(status !== 0) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** All test files but those in the folders. */
const outside = (...folders: readonly string[]) =>
  `--testPathIgnorePatterns=/node_modules/|<rootDir>/test/(${folders.join("|")})/`;
/** Nothing but them. */
const within = (...folders: readonly string[]) =>
  `--testPathIgnorePatterns=/node_modules/|<rootDir>/test/(?!(${folders.join("|")})/)`;

/**
 * Types and lint, then tests without a machine, then tests on laboratory hosts, two files at a time: one alone leaves
 * half of two processors idle. The long ones of these are `npm run trust`'s, unless a pattern names them.
 */
async function main(patterns: readonly string[]): Promise<boolean> {
  const laboratory = process.env.TSPROXY_LAB !== "unavailable";
  const checks = patterns.length > 0 ? 0 : await show("npm", ["run", "--silent", "check"]);
  const onHosts = patterns.some((pattern) => pattern.includes("long/")) ? ["host", "long"] : ["host"];
  // last, because it takes what follows for one more of its patterns
  const counts = [await jest([...patterns, outside("host", "long")])];
  if (laboratory) counts.push(await jest([...patterns, "--maxWorkers=2", within(...onHosts)]));
  const sum = (key: keyof Count) => counts.reduce((total, count) => total + count[key], 0);
  // In continuous integration the lines above are not read: tests that were left out must not look like tests that passed.
  const leftOut = !laboratory && process.env.CI === "true" ? 1 : 0;
  const isEmpty = laboratory && sum("passed") + sum("failed") === 0;
  if (isEmpty) console.log(`no test file matches ${patterns.join(" ")}`);
  const failed = sum("failed") + Number(checks !== 0) + leftOut + Number(isEmpty);
  if (checks !== 0) console.log("npm run check failed");
  if (!laboratory) console.log("laboratory tests were left out: no laboratory can run here");
  console.log(`${sum("passed")} passed, ${failed} failed`);
  return failed === 0;
}

const usage = `npm test                    types, lint, and all tests
npm test -- PATTERN…        tests in files whose path matches, for example test/unit or host/drift
npm test -- PATTERN -t TEXT those of them with TEXT in their title; other options are jest's, too`;

const words = process.argv.slice(2);
if (words.includes("--help")) console.log(usage);
else process.exitCode = (await main(words)) ? 0 : 1;

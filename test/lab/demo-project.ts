import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../toolchain/command.ts";
import { configFor, missingSecrets } from "./demo-config.ts";
import { engineEnvironment } from "./demo-engine.ts";
import type { Lab } from "./index.ts";
import { inLab } from "./instance.ts";
import type { Way } from "./proofs.ts";

const checkout = resolve(import.meta.dirname, "../..");
const STACK = "home";

/** A Pulumi project of the program of this repository, as in a clone of it. */
export interface Project {
  readonly directory: string;
  /** Where a client finds each tailnet. */
  readonly ways: readonly Way[];
  /** Runs `pulumi` before the user's eyes; gives its exit status. */
  readonly pulumi: (...args: string[]) => Promise<number>;
}

/** Where the project of a laboratory lies; it goes with the laboratory. */
export const projectPath = (lab: string): string => inLab(lab, "project");

/** File that sets up a shell for `pulumi` in the project. */
export const shellFile = (lab: string): string => join(projectPath(lab), "shell");

/** The project of a laboratory, made or brought up to date with the checkout. Its state is kept. */
export async function openProject(lab: Lab): Promise<Project> {
  const directory = projectPath(lab.name);
  copyProgram(directory);
  const env = await engineEnvironment(directory);
  writeShell(directory, env);
  const file = join(directory, `Pulumi.${STACK}.yaml`);
  const example = readFileSync(join(checkout, "Pulumi.home.yaml"), "utf8");
  const { text, ways } = configFor(example, lab, existsSync(file) ? readFileSync(file, "utf8") : "");
  writeFileSync(file, text);
  const quietly = (args: readonly string[], stdin = "") =>
    run(["pulumi", ...args, "--non-interactive"], { cwd: directory, env, stdin });
  await quietly(["stack", "select", STACK, "--create"]);
  // of a run that was killed; no other run is at this stack while its laboratory is locked
  await quietly(["cancel", "--yes", "--stack", STACK]).catch(() => undefined);
  for (const [key, value] of Object.entries(await missingSecrets(lab, readFileSync(file, "utf8")))) {
    await quietly(["config", "set", "--secret", "--path", `tsproxy:secrets["${key}"]`], value);
  }
  return { directory, ways, pulumi: (...args) => show(["pulumi", ...args], directory, env) };
}

function copyProgram(directory: string): void {
  mkdirSync(join(directory, "state"), { recursive: true, mode: 0o700 });
  for (const file of ["Pulumi.yaml", "index.ts", "package.json"])
    cpSync(join(checkout, file), join(directory, file));
  for (const folder of ["dist", "node_modules"]) {
    const link = join(directory, folder);
    if (lstatSync(link, { throwIfNoEntry: false })) unlinkSync(link);
    symlinkSync(join(checkout, folder), link);
  }
}

function writeShell(directory: string, env: Readonly<Record<string, string>>): void {
  const wanted = Object.entries(env).filter(([name]) => name === "PATH" || /^(PULUMI|NODE)_/.test(name));
  const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
  const lines = wanted.map(([name, value]) => `export ${name}=${quote(value)}`);
  writeFileSync(join(directory, "shell"), [...lines, `cd ${quote(directory)}`, ""].join("\n"));
}

/** Runs a program that has the terminal to itself; an interrupt is its business, and we wait for its end. */
function show(
  [program = "", ...args]: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const wait = () => undefined;
  process.on("SIGINT", wait);
  return new Promise<number>((done, fail) => {
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", fail);
    child.on("close", (code) => done(code ?? 1));
  }).finally(() => process.off("SIGINT", wait));
}

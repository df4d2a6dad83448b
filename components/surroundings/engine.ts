import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { programError } from "./program-error.ts";

const NAME = "pulumi-tsproxy";

/**
 * What is wrong with the engine that Pulumi would find for a program, or `null`. Resources name it by the name of the
 * package, and Pulumi looks that up in the folder of the program.
 *
 * @param folder of the program.
 * @param own folder of the package that makes the components.
 */
export function engineProblem(folder: string, own: string): string | null {
  const found = packageIn(folder);
  if (found === null)
    return `${NAME} is no package of ${folder}, where Pulumi looks for what acts on hosts: add it to the dependencies of the program too (npm install ${NAME}, pnpm add ${NAME}), in the version of the package that uses it`;
  const [engine, components] = [versionIn(found), versionIn(own)];
  if (engine === components) return null;
  return `components are made by ${NAME} ${components} of ${own}, and ${NAME} ${engine} of ${found} would act on the host: make both one version, that of the program's own dependency`;
}

/** Folder of the package that a program in `folder` gets by its name. */
function packageIn(folder: string): string | null {
  try {
    return resolve(
      realpathSync(createRequire(join(folder, "index.js")).resolve(`${NAME}/package.json`)),
      "..",
    );
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND") return null;
    throw error;
  }
}

function versionIn(folder: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return version;
}

let isSound = false;

/** @throws Error where Pulumi runs the program and would not find this release of the engine for it */
export function requireEngine(): void {
  // set where Pulumi's language host runs a program: with mocks, and in automation, the folder is another one
  if (isSound || process.env.PULUMI_NODEJS_MONITOR === undefined) return;
  const problem = engineProblem(process.cwd(), packageIn(import.meta.dirname) ?? "");
  if (problem !== null) throw programError(problem);
  isSound = true;
}

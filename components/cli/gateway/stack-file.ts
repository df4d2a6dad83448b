import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import type { GatewayPlan } from "../../configuration/plan.ts";
import { readWithoutSecrets } from "../../configuration/read.ts";
import { GATEWAYS, type Tree, treeIn } from "../../configuration/tree.ts";
import { ToolError } from "../error.ts";

/**
 * The gateways of a stack, read as the program reads them, without their secrets.
 *
 * @param stack its name; without one that of `PULUMI_STACK`, or the only stack that has gateways
 * @param folder in whose project it is, or in one above it
 * @throws ToolError when there is none, or more than one; ArgumentsError with all that is wrong with the configuration
 */
export function gatewaysOf(
  stack: string | undefined,
  folder: string,
): { readonly path: string; readonly plans: readonly GatewayPlan[] } {
  const file = stackFileIn(folder, stack ?? process.env.PULUMI_STACK);
  return { path: file.path, plans: readWithoutSecrets(valueAt(file, GATEWAYS)) };
}

/** The configuration of a stack, as its file has it; secrets in it are encrypted. */
interface StackFile {
  readonly path: string;
  /** By `<namespace>:<key>`. */
  readonly config: Tree;
}

const WITHOUT = "or say where the gateway is: --host user@address";

/**
 * Finds the file of a stack in the project of `folder`, or of a folder above it.
 *
 * @param stack its name; without one, the project's only stack that has gateways
 * @throws ToolError when there is none, or more than one
 */
function stackFileIn(folder: string, stack: string | undefined): StackFile {
  const project = projectOf(folder);
  if (stack !== undefined) {
    const path = join(project, `Pulumi.${stack.split("/").at(-1)}.yaml`);
    if (existsSync(path)) return read(path);
    throw new ToolError(
      `--stack ${stack}: there is no ${path}; ${thereAre(namesIn(project))}, ${WITHOUT}`,
      2,
    );
  }
  const found = namesIn(project).map((name) => read(join(project, `Pulumi.${name}.yaml`)));
  const files = found.filter(({ config }) => config[GATEWAYS] !== undefined);
  const [only, ...others] = files;
  if (only === undefined)
    throw new ToolError(
      `no stack in ${project} has ${GATEWAYS}: run this in the folder of Pulumi.<stack>.yaml, ${WITHOUT}`,
      2,
    );
  if (others.length === 0) return only;
  const paths = files.map(({ path }) => path).join(", ");
  throw new ToolError(`several stacks have ${GATEWAYS} (${paths}): choose one with --stack NAME`, 2);
}

function thereAre(names: readonly string[]): string {
  return names.length === 0 ? "no stack has a file there" : `the stacks there are ${names.join(", ")}`;
}

/** The nearest folder that is a project of Pulumi's; `folder` itself when none is. */
function projectOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, "Pulumi.yaml"))) return at;
    if (at === dirname(at)) return folder;
  }
}

function namesIn(project: string): string[] {
  return readdirSync(project)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();
}

function read(path: string): StackFile {
  const document = parseDocument(readFileSync(path, "utf8"));
  const [error] = document.errors;
  if (error !== undefined) throw new ToolError(`${path}: ${error.message}`, 1, { cause: error });
  const config = treeIn(treeIn(document.toJS())?.config);
  if (config === null) throw new ToolError(`${path}: config is not an object`);
  return { path, config };
}

/** A value of the configuration as a program gets it: Pulumi keeps what was set as JSON as its text. */
function valueAt({ path, config }: StackFile, key: string): unknown {
  const value = config[key];
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToolError(
      `${path}: ${key} is a text and no object; write it as a tree, as docs/guide.md shows`,
    );
  }
}

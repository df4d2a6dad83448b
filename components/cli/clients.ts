import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { checkedFiles, clientFiles } from "../clients/files.ts";
import { factsOf } from "../clients/known.ts";
import { knownOf } from "../configuration/plan.ts";
import { ToolError } from "./error.ts";
import { gatewaysOf } from "./gateway/stack-file.ts";

interface Options {
  readonly stack?: string;
  readonly facts?: string;
}

export function addClients(program: Command): void {
  program
    .command("clients")
    .summary("files for browsers, ssh, git, curl and resolvers, written into a folder")
    .description(
      "Writes files for clients of the gateways of a stack into a folder, and prints the one that says what the others are. Connects to no host; none of them is secret.",
    )
    .argument("<folder>", "a new one, or an empty one")
    .option("--stack <name>", "stack whose configuration names the gateways; default: the one that has any")
    .option(
      "--facts <file>",
      "in place of a configuration: the facts of a ClientKit as JSON, as `pulumi stack output --json` gives them; - reads them from standard input",
    )
    .action(clients);
}

async function clients(folder: string, { stack, facts }: Options): Promise<void> {
  const files = facts === undefined ? configured(stack) : clientFiles(await given(facts));
  if (existsSync(folder) && !isEmptyFolder(folder))
    throw new ToolError(
      `${folder}: is no empty folder; name another one, or remove it: files of another kit would stay`,
      2,
    );
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  console.log(join(folder, "README.md"));
}

function isEmptyFolder(path: string): boolean {
  return statSync(path).isDirectory() && readdirSync(path).length === 0;
}

function configured(stack: string | undefined): Record<string, string> {
  const { plans } = gatewaysOf(stack, process.cwd());
  return checkedFiles(factsOf(plans.flatMap(knownOf)));
}

async function given(file: string): Promise<unknown> {
  if (file !== "-" && !existsSync(file)) throw new ToolError(`--facts ${file}: there is no such file`, 2);
  const json = file === "-" ? await text(process.stdin) : readFileSync(file, "utf8");
  try {
    return JSON.parse(json);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ToolError(`--facts ${file}: is not JSON (${error.message})`, 2, { cause: error });
  }
}

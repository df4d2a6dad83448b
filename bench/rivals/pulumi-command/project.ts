import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { recipeId } from "../../../test/toolchain/cache.ts";
import { run } from "../../../test/toolchain/command.ts";
import { pulumiEnvironment } from "../../../test/toolchain/toolchain.ts";
import type { BenchHost, Fleet, Objects, Tool } from "../../contract.ts";
import { timed } from "../accounting.ts";
import { cleanEnvironment, tool } from "../tool.ts";
import type { Settings } from "./settings.ts";

const checkout = resolve(import.meta.dirname, "../../..");
const PLUGIN = "pulumi-resource-command";

/**
 * One `remote.Command` per file and unit. The engine keeps what was done in its own state and asks no host: a second
 * run looks at nothing, and after a reset of the hosts the tool has to be prepared again.
 *
 * @returns a sentence, when the provider's plugin is not there.
 */
export function pulumiCommand(): Tool | string {
  const directories = [resolve(checkout, "../shared/plugins"), ...(process.env.PATH ?? "").split(delimiter)];
  if (!directories.some((directory) => existsSync(join(directory, PLUGIN))))
    return `pulumi-command is left out: its plugin ${PLUGIN} is not on PATH`;
  return { ...tool(`pulumi-command ${version()}`, "pulumi-command", prepare), remembers: true };
}

async function prepare({ keyFile }: Fleet, objects: Objects, folder: string) {
  for (const file of ["Pulumi.yaml", "index.ts"]) cpSync(join(import.meta.dirname, file), join(folder, file));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  const env = { ...cleanEnvironment, ...(await pulumiEnvironment(join(folder, "state"))) };
  const initialized = new Set<string>();
  return async (hosts: readonly BenchHost[]) => {
    // What was done on other hosts is not undone: each set of hosts has a state of its own.
    const stack = `on-${recipeId(hosts.map(({ name }) => name))}`;
    if (!initialized.has(stack))
      await run(["pulumi", "stack", "init", stack, "--non-interactive"], { cwd: folder, env });
    initialized.add(stack);
    const settings: Settings = { hosts, keyFile, objects };
    writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
    return timed(["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack], {
      cwd: folder,
      env,
    });
  };
}

function version(): string {
  const file = join(checkout, "node_modules/@pulumi/command/package.json");
  const found: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof found === "object" && found !== null && "version" in found ? String(found.version) : "";
}

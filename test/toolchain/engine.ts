import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { inCache } from "./cache.ts";
import { attempt } from "./command.ts";
import { buildGo, goDirectory, older } from "./go.ts";
import { pulumi, pulumiLanguageHost } from "./go-programs.ts";
import { withProgress } from "./progress.ts";

/** Makes sure there is an engine: one on PATH, else the official download, else one built with Go. */
export async function prepareEngine(): Promise<void> {
  if ((await ownEngine()) || downloadedEngine() || existsSync(goDirectory(pulumi))) return gather();
  if (await download()) return;
  await buildGo(pulumiLanguageHost);
  await buildGo(pulumi);
  gather();
}

/** What an official download left, as the launcher keeps it; nothing where there was none. */
function downloadedEngine(): string | undefined {
  const directory = existsSync(note) ? readFileSync(note, "utf8") : "";
  return existsSync(join(directory, "pulumi-language-nodejs")) ? directory : undefined;
}

const note = inCache("downloaded-engine");

/** Asks the launcher that Pulumi publishes; where its site is out of reach, that fails at once. */
async function download(): Promise<boolean> {
  const script = 'require("pulumi/lib/resolve").resolve().then(console.log)';
  const env = { PULUMI_VERSION: pulumi.version };
  const asked = attempt([process.execPath, "--eval", script], { env, cwd: checkout, timeoutMs: 600_000 });
  const { code, stdout } = await withProgress("downloading Pulumi", asked);
  if (code !== 0) return false;
  writeFileSync(note, dirname(stdout.trim()));
  return downloadedEngine() !== undefined;
}

/** Puts an engine that was built here beside its plugins, as an installed Pulumi has them. */
function gather(): void {
  if (!existsSync(goDirectory(pulumi))) return;
  // Side by side, as an installed Pulumi has them: about plugins from elsewhere it warns at every run.
  const directory = goDirectory(pulumi);
  for (const plugin of [join(goDirectory(pulumiLanguageHost), "pulumi-language-nodejs"), nodePlugin]) {
    const place = join(directory, basename(plugin));
    if (!existsSync(place)) copyFileSync(plugin, place);
  }
}

const checkout = resolve(import.meta.dirname, "../..");

/** A script of the SDK that starts dynamic providers. */
const nodePlugin = join(checkout, "node_modules/@pulumi/pulumi/pulumi-resource-pulumi-nodejs");

/** Where the engine lies: the user's own when recent enough (then with its own language host), else ours. */
export async function engineDirectory(): Promise<string> {
  const own = await ownEngine();
  return own ? dirname(own) : (downloadedEngine() ?? goDirectory(pulumi));
}

let found: Promise<string | undefined> | undefined;

function ownEngine(): Promise<string | undefined> {
  found ??= findOwnEngine();
  return found;
}

async function findOwnEngine(): Promise<string | undefined> {
  // A launcher without its language host would try to download one in the middle of a test.
  const isWhole = (directory: string) =>
    ["pulumi", "pulumi-language-nodejs"].every((name) => existsSync(join(directory, name)));
  const directory = (process.env.PATH ?? "").split(delimiter).find(isWhole);
  if (!directory) return undefined;
  const path = join(directory, "pulumi");
  const env = { PULUMI_SKIP_UPDATE_CHECK: "1" };
  const { code, stdout } = await attempt([path, "version"], { env, timeoutMs: 10_000 });
  return code === 0 && !older(stdout.trim().replace(/^v/, ""), pulumi.version) ? path : undefined;
}

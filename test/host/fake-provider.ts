import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { read as readHost } from "../../providers/engine/pulumi/drift.ts";
import type { HostStateInputs } from "../../providers/engine/pulumi/inputs.ts";
import * as lifecycle from "../../providers/engine/pulumi/lifecycle.ts";
import { PulumiRun } from "../../providers/engine/pulumi/run.ts";
import type { Connection, HostStateOutputs } from "../../providers/engine/state/outputs.ts";
import { PulumiLog } from "../../providers/pulumi-log.ts";
import { urnOf } from "../../providers/urn.ts";
import type { Entry } from "../fake/disk.ts";
import { bareHost, offerDownloads } from "../fake/gateway.ts";

/**
 * In the place of providers/index.ts, for a stack of the real engine whose only host is in memory. Between two commands
 * the host is kept in a file, where a test may change it; with each command it boots.
 */
type Inputs = HostStateInputs<Connection>;
type Outputs = HostStateOutputs<Connection>;

export interface KeptHost {
  readonly files: Readonly<Record<string, Entry>>;
  readonly packages: readonly string[];
}

const { TSPROXY_FAKE_HOST: kept = "", TSPROXY_AUTH_KEYS: keys = "" } = process.env;
const host = bareHost("gateway.lan", keys.split(","));
if (existsSync(kept)) {
  const { files, packages }: KeptHost = JSON.parse(readFileSync(kept, "utf8"));
  host.disk.restore(files);
  for (const name of packages) host.packages.installed.add(name);
  host.reboot();
}

function keep(): void {
  const files = host.disk.paths().flatMap((path) => {
    const entry = host.disk.get(path);
    return entry === undefined || path.startsWith("/run/") ? [] : [[path, entry] as const];
  });
  const image: KeptHost = { files: Object.fromEntries(files), packages: [...host.packages.installed] };
  writeFileSync(kept, JSON.stringify(image));
}

const run = new PulumiRun();
const log = new PulumiLog(process.argv[2]);
const open = () => host;
const saysAt =
  ({ identity, __urn }: Pick<Inputs, "identity" | "__urn">) =>
  (...lines: readonly string[]) =>
    log.say(lines, urnOf(identity, __urn));

async function answer<T>(work: () => T | Promise<T>): Promise<T> {
  const result = await work();
  await log.delivered();
  return result;
}

/** A change takes its time, and is shown while it does. */
async function change<T>({ identity }: Inputs, work: () => Promise<T>): Promise<T> {
  log.show(`gateway.lan: set up ${identity.key} … 2 s`);
  const result = await answer(work);
  keep();
  return result;
}

export const diff = (_id: string, olds: Outputs, news: Inputs) =>
  answer(() => lifecycle.diff(olds, news, run, saysAt(news)));
export const create = (news: Inputs) =>
  change(news, () => {
    offerDownloads(host, [{ name: "", inputs: news, dependsOn: [] }]);
    return lifecycle.create(open, news, saysAt(news), run);
  });
export const read = (id: string, olds: Outputs) => answer(() => readHost(open, id, olds, run, saysAt(olds)));
export const update = (id: string, olds: Outputs, news: Inputs) =>
  change(news, () => lifecycle.update(open, id, olds, news, saysAt(news), run));

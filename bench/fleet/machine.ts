import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { mountLayers, unmountRoot } from "../../test/lab/build-host.ts";
import { exec } from "../../test/lab/exec.ts";
import { writeFiles } from "../../test/lab/files.ts";
import type { Instance } from "../../test/lab/instance.ts";
import { hostNetns, inHost } from "../../test/lab/names.ts";
import { leader, supervise, switchOff } from "../../test/lab/power.ts";
import type { KeyPair } from "../../test/lab/secrets.ts";
import { until } from "../../test/lab/waiting.ts";
import { run } from "../../test/toolchain/command.ts";
import type { DelayLine } from "./delay-line.ts";
import { hostFiles } from "./files.ts";

/** What a measured machine is made of. */
export interface Making {
  readonly instance: Instance;
  readonly name: string;
  /** On the line, with prefix length. */
  readonly address: string;
  readonly layers: readonly string[];
  readonly hostKey: KeyPair;
  readonly login: KeyPair;
  readonly line: DelayLine;
}

/** Boots a machine for the first time and notes what its disk then holds. */
export async function firstBoot(making: Making): Promise<void> {
  const { instance, name, layers, hostKey, login } = making;
  await mountLayers(instance, name, layers);
  const root = inHost(instance, name, "root");
  writeFiles(root, hostFiles(name, hostKey, login));
  chmodSync(join(root, "root/.ssh"), 0o700);
  await boot(making);
  await run(["cp", "--archive", inHost(instance, name, "upper"), inHost(instance, name, "first")]);
}

/** Puts the disk back to what it held after the first boot, and boots again. */
export async function rebootAsNew(making: Making): Promise<void> {
  const { instance, name, address, layers, line } = making;
  await line.detach(address);
  await switchOff(instance, name);
  await unmountRoot(instance, name);
  const [first, upper, work] = ["first", "upper", "work"].map((part) => inHost(instance, name, part));
  if (!first || !upper || !work || !existsSync(first)) throw new Error(`${name} has never booted`);
  await run(["rm", "-rf", upper, work]);
  await run(["cp", "--archive", first, upper]);
  await mountLayers(instance, name, layers);
  await boot(making);
}

async function boot({ instance, name, address, line }: Making): Promise<void> {
  supervise(instance, name, [], []);
  const hint = `see ${inHost(instance, name, "console.log")}`;
  await until(`${name} to start`, async () => leader(instance, name) !== undefined, 30_000, hint);
  await line.attach(hostNetns(instance, name), address);
  await until(`${name} to be up`, () => settled(instance, name), 60_000, hint);
}

async function settled(instance: Instance, name: string): Promise<boolean> {
  if (leader(instance, name) === undefined) return false;
  // One question that waits for the answer, instead of many: fifty hosts boot on two processors.
  const { stdout } = await exec(instance, name, ["systemctl", "is-system-running", "--wait"]);
  return /running|degraded/.test(stdout);
}

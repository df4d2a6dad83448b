import { HostError, printable } from "./engine/errors.ts";
import { register } from "./engine/kinds/extension.ts";
import { read as readHost } from "./engine/pulumi/drift.ts";
import type { HostStateInputs } from "./engine/pulumi/inputs.ts";
import * as lifecycle from "./engine/pulumi/lifecycle.ts";
import { remove as removeFromHost } from "./engine/pulumi/removal.ts";
import { PulumiRun } from "./engine/pulumi/run.ts";
import type { HostStateOutputs } from "./engine/state/outputs.ts";
import type { SshConnection } from "./ssh/connection.ts";
import { openHost } from "./ssh/pool.ts";
import { tailscale } from "./tailscale/index.ts";

/**
 * The engine as Pulumi's dynamic provider calls it: by name and at call time, see
 * providers/host-state.ts. Bound to hosts behind SSH, and taught what Tailscale is; what it prints is shown by Pulumi
 * as it comes.
 */
type Inputs = HostStateInputs<SshConnection>;
type Outputs = HostStateOutputs<SshConnection>;

register(tailscale);

/** A provider process serves one run. */
const run = new PulumiRun(process.env.TSPROXY_FORGET_HOSTS);

const say = (line: string): void => console.log(printable(line));

/** Pulumi prints the stack of what a provider throws; the message of a HostError says it all. */
async function withoutStack<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HostError) error.stack = "";
    throw error;
  }
}

// the ids are not needed today; states that are written today hand them on all the same
export const diff = (_id: string, olds: Outputs, news: Inputs) =>
  withoutStack(() => lifecycle.diff(olds, news, run));
export const create = (news: Inputs) => withoutStack(() => lifecycle.create(openHost, news, say, run));
export const read = (id: string, olds: Outputs) => withoutStack(() => readHost(openHost, id, olds, say));
export const update = (id: string, olds: Outputs, news: Inputs) =>
  withoutStack(() => lifecycle.update(openHost, id, olds, news, say, run));
// `delete` can be no variable; states that were written earlier call it `remove`
export const remove = (_id: string, olds: Outputs) =>
  withoutStack(() => removeFromHost(openHost, olds, say, run));
export { remove as delete };

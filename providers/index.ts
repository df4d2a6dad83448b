import { HostError } from "./engine/errors.ts";
import { register } from "./engine/kinds/extension.ts";
import type { Say } from "./engine/plan/explain.ts";
import { read as readHost } from "./engine/pulumi/drift.ts";
import type { HostStateInputs } from "./engine/pulumi/inputs.ts";
import * as lifecycle from "./engine/pulumi/lifecycle.ts";
import { remove as removeFromHost } from "./engine/pulumi/removal.ts";
import { PulumiRun } from "./engine/pulumi/run.ts";
import type { HostStateOutputs } from "./engine/state/outputs.ts";
import { PulumiLog } from "./pulumi-log.ts";
import type { SshConnection } from "./ssh/connection.ts";
import { openHost } from "./ssh/pool.ts";
import { tailscale } from "./tailscale/index.ts";
import { urnOf } from "./urn.ts";

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

const log = new PulumiLog(process.argv[2]);

const open = (connection: SshConnection) => openHost(connection, (line) => log.show(line));

/** Says what is about a resource there. */
const saysAt =
  ({ identity, __urn }: Pick<Inputs, "identity" | "__urn">): Say =>
  (...lines) =>
    log.say(lines, urnOf(identity, __urn));

/**
 * Ends when all that was said has arrived. Pulumi prints the stack of what a provider throws; the message of a HostError
 * says it all.
 */
async function answer<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HostError) error.stack = "";
    throw error;
  } finally {
    await log.delivered();
  }
}

// the ids are not needed today; states that are written today hand them on all the same
export const diff = (_id: string, olds: Outputs, news: Inputs) =>
  answer(() => lifecycle.diff(olds, news, run, saysAt(news)));
export const create = (news: Inputs) => answer(() => lifecycle.create(open, news, saysAt(news), run));
export const read = (id: string, olds: Outputs) => answer(() => readHost(open, id, olds, run, saysAt(olds)));
export const update = (id: string, olds: Outputs, news: Inputs) =>
  answer(() => lifecycle.update(open, id, olds, news, saysAt(news), run));
// `delete` can be no variable; states that were written earlier call it `remove`
export const remove = (_id: string, olds: Outputs) =>
  answer(() => removeFromHost(open, olds, saysAt(olds), run));
export { remove as delete };

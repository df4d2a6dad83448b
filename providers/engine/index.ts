import type { SshConnection } from "../ssh/connection.ts";
import { openHost } from "../ssh/pool.ts";
import { HostError, printable } from "./errors.ts";
import * as lifecycle from "./lifecycle.ts";
import { Run } from "./run.ts";
import { desiredIn, type StoredDesired, storedDesired } from "./stored-desired.ts";

/**
 * The engine as Pulumi's dynamic provider calls it: by name and at call time, see
 * providers/host-state.ts. Bound to hosts behind SSH; what it prints is shown by Pulumi as it comes.
 */
type Wanted = lifecycle.HostStateInputs<SshConnection>;
type Inputs = Omit<Wanted, "desired"> & { readonly desired: StoredDesired };
type Outputs = lifecycle.HostStateOutputs<SshConnection>;

/** A provider process serves one run. */
const run = new Run(process.env.TSPROXY_FORGET_HOSTS);

const say = (line: string): void => console.log(printable(line));

/** While Pulumi plans, a wish may be a word for what is not known yet. */
const wanted = (news: Inputs): Wanted => ({
  ...news,
  desired: typeof news.desired === "object" ? desiredIn(news.desired) : news.desired,
});

async function seen(id: string, olds: Outputs) {
  const found = await lifecycle.read(openHost, id, olds);
  if (!("inputs" in found)) return found;
  return { ...found, inputs: { ...found.inputs, desired: storedDesired(found.inputs.desired) } };
}

/** Pulumi prints the stack of what a provider throws; the message of a HostError says it all. */
async function withoutStack<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof HostError) error.stack = "";
    throw error;
  }
}

// the ids are not needed today; states that are written today hand them on all the same
export const diff = (_id: string, olds: Outputs, news: Inputs) => lifecycle.diff(olds, wanted(news), run);
export const create = (news: Inputs) => withoutStack(lifecycle.create(openHost, wanted(news), say, run));
export const read = (id: string, olds: Outputs) => withoutStack(seen(id, olds));
export const update = (id: string, olds: Outputs, news: Inputs) =>
  withoutStack(lifecycle.update(openHost, id, olds, wanted(news), say, run));
// `delete` can be no variable; states that were written earlier call it `remove`
export const remove = (_id: string, olds: Outputs) =>
  withoutStack(lifecycle.remove(openHost, olds, say, run));
export { remove as delete };

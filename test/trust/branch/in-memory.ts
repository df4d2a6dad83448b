import { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import type { Desired } from "../../../providers/engine/kinds/desired.ts";
import { withoutNonces } from "../../contract/machine.ts";
import { GROUND, SECRETS, STATES } from "../../contract/states.ts";
import { recorded } from "../../fake/interference.ts";
import { Stack } from "../../fake/stack.ts";
import { FakeHost } from "../../fake-host.ts";
import type { Case, Trial } from "../contract.ts";

/** Puts something broken in place of the host. */
export type Break = (host: FakeHost) => Host;

/** What happens to the host before it is repaired: nothing, or what a reload, a restart or a start mends. */
const DRIFTS: readonly [Drift, ...Drift[]] = [
  () => undefined,
  ({ systemd }) => systemd.damage(GROUND, 1),
  ({ systemd }) => systemd.damage(GROUND, 2),
  ({ systemd }) => systemd.fail(GROUND),
];
type Drift = (host: FakeHost) => void;

const isGround = (step: string) => step === `start ${GROUND}` || step === `reload ${GROUND}`;

/** From every state, with every drift, to every state: the first cases go through all, the rest take detours. */
export const TRANSITIONS = STATES.length * STATES.length * DRIFTS.length;

/**
 * A stack comes to a change of what the kernel holds, and that change cuts the way.
 *
 * @param seenAs the host that the stack sees
 */
export function cutTrial(name: string, cases: Trial["cases"], seenAs: Break = (host) => host): Trial {
  return {
    name,
    on: "memory",
    cases,
    async open() {
      const figures = { "changes that cut the way": 0 };
      return {
        async try(one) {
          if (await cutOnce(one, seenAs)) figures["changes that cut the way"]++;
        },
        async close() {},
        figures: () => figures,
      };
    },
  };
}

/** @returns whether the way was cut */
async function cutOnce(one: Case, seenAs: Break): Promise<boolean> {
  const host = new FakeHost();
  const blank = String(host);
  const { host: counted, record } = recorded(seenAs(host));
  const stack = new Stack(counted);
  const [from, to, drift] = positionOf(one);
  for (let detour = one.number < TRANSITIONS ? 0 : one.below(3); detour > 0; detour--)
    await up(stack, stateAt(one.below(STATES.length)));
  await up(stack, from);
  drift(host);
  host.cutters.add(GROUND);
  if (host.isCut) return false; // it runs as it is: nothing that could be undone
  record.steps.length = 0;
  const wasCut = await refusedUp(stack, host, to, record.steps);
  if (wasCut) {
    await mustDrift(stack);
    await refusedUp(stack, host, to, record.steps);
  }
  host.cutters.clear();
  const last = one.pick([to, stateAt(one.below(STATES.length))]);
  await stack.repair({ desired: last, secrets: SECRETS });
  must(await isFresh(host, last), "the next run does not make what a first run makes");
  await stack.destroy();
  must(String(host) === blank, "a destroy leaves something");
  return wasCut;
}

function positionOf(one: Case): readonly [from: Desired, to: Desired, drift: Drift] {
  const number = one.number < TRANSITIONS ? one.number : one.below(TRANSITIONS);
  const [states, drifts] = [STATES.length, DRIFTS.length];
  return [
    stateAt(Math.floor(number / states) % states),
    stateAt(number % states),
    DRIFTS[Math.floor(number / (states * states)) % drifts] ?? DRIFTS[0],
  ];
}

function stateAt(index: number): Desired {
  const state = STATES[index];
  if (state === undefined) throw new Error(`there is no state ${index}`);
  return state;
}

const up = (stack: Stack, desired: Desired) => stack.up({ desired, secrets: SECRETS });

/** @returns true when the way was cut, and that was said and undone; false when the ground was not concerned */
async function refusedUp(
  stack: Stack,
  host: FakeHost,
  desired: Desired,
  steps: readonly string[],
): Promise<boolean> {
  const error: unknown = await stack.repair({ desired, secrets: SECRETS }).then(
    () => null,
    (error: unknown) => error,
  );
  must(!host.isCut, "the host stays cut off");
  if (!steps.some(isGround)) {
    if (error !== null) throw error;
    return false;
  }
  must(error instanceof HostError && error.code === "cut-off", `the way was cut, and it says: ${error}`);
  must(String(error).includes(GROUND), `it does not say what cut the way: ${error}`);
  const { active, enabled } = host.systemd.show(GROUND, null) ?? { active: "inactive", enabled: false };
  must(active === "inactive" && !enabled, `what cut the way is ${active}, and started at boot: ${enabled}`);
  return true;
}

async function mustDrift(stack: Stack): Promise<void> {
  must((await stack.refresh()) !== null || stack.outputs === null, "a refresh finds nothing wrong");
}

async function isFresh(host: FakeHost, desired: Desired): Promise<boolean> {
  const fresh = new FakeHost();
  await up(new Stack(fresh), desired);
  return withoutNonces(String(host)) === withoutNonces(String(fresh));
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

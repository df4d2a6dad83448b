import { entries, pick, same } from "../records.ts";
import type { Observed } from "../state/observed.ts";
import type { Outline } from "../state/outline.ts";
import type { Facts } from "../state/outputs.ts";

export const NO_FACTS: Facts = { architecture: "", probes: {} };

/** What a look has seen. Of a program that did not answer it is what was `known`. */
export function factsOf({ architecture, probes }: Observed, outline: Outline, known: Facts): Facts {
  return {
    architecture,
    probes: pick(outline.probes, ({ socket }, name) => probes[socket]?.facts ?? known.probes[name]),
  };
}

/**
 * What another look had seen otherwise, a line each. Pulumi calls a resource unchanged when nothing else of it is new.
 *
 * @param told warnings, which are said already.
 */
export function newsOf(before: Facts, now: Facts, told: readonly string[]): string[] {
  return entries(now.probes).flatMap(([probe, facts]) =>
    entries(facts).flatMap(([name, value]) => {
      const known = before.probes[probe]?.[name];
      if (known === undefined || same(known, value) || same(value, told)) return [];
      return [`${name}: ${shown(value)}, formerly ${shown(known)}`];
    }),
  );
}

function shown(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return value.length === 0 ? "nothing" : value.map(shown).join(", ");
}

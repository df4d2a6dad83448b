import { mapValues } from "../records.ts";
import { type ProbeAnswers, probeKind } from "./extension.ts";
import { describedThings } from "./kind.ts";
import { type HostPath, isPath, type UnitName } from "./names.ts";

/** A read-only question to a program on the host, whose answer the resource carries as facts. */
export interface ProbeSpec {
  /** Of a `ProbeKind` that was registered. */
  readonly kind: string;
  /** Where the program is asked. */
  readonly socket: HostPath;
  /** The program's unit: restarted when the answer is that it is not healthy. */
  readonly unit: UnitName;
  /** Always true in a desired state; false is drift. */
  readonly healthy: boolean;
}

/** By a name that is unique within the resource. */
export type ProbeSpecs = Readonly<Record<string, ProbeSpec>>;

type OwnedProbe = Pick<ProbeSpec, "kind" | "socket">;

export const ownedProbes = describedThings(
  "probe",
  ({ kind, socket }: ProbeSpec): OwnedProbe => ({ kind, socket }),
  ({ kind, socket }) => [kind, socket],
  ([name, kind, socket]): readonly [string, OwnedProbe] | null =>
    name !== undefined && kind !== undefined && isPath(socket) ? [name, { kind, socket }] : null,
);

/** @param isActive whether a unit runs: a program that does not run cannot be asked, and its unit tells that already */
export function foundProbes(
  wanted: ProbeSpecs,
  answers: ProbeAnswers,
  isActive: (unit: UnitName) => boolean,
): ProbeSpecs {
  return mapValues(wanted, (probe) => {
    const answer = answers[probe.socket];
    return { ...probe, healthy: !isActive(probe.unit) || answer === undefined || answer?.healthy === true };
  });
}

export interface Complaints {
  /** What unhealthy programs say of themselves, with the name of their make: the reason behind most starts that fail. */
  readonly lines: readonly string[];
  /** Why the first of them is not healthy; `null` where all are. */
  readonly trouble: Trouble | null;
}

export interface Trouble {
  /** What cannot be done, and why. */
  readonly doing: string;
  readonly because: string;
  /** What to do about it; `null` where that is not certain. */
  readonly remedy: string | null;
}

/** @param key of the resource */
export function complaintsOf(key: string, probes: ProbeSpecs, answers: ProbeAnswers): Complaints {
  const unhealthy = Object.values(probes).flatMap(({ kind, socket }) => {
    const answer = answers[socket];
    return answer?.trouble == null
      ? []
      : [{ lines: answer.complaints, trouble: { doing: probeKind(kind).task(key), ...answer.trouble } }];
  });
  return { lines: unhealthy.flatMap(({ lines }) => lines), trouble: unhealthy[0]?.trouble ?? null };
}

/** What programs say that is wrong, or soon will be. */
export function warningsOf(probes: ProbeSpecs, answers: ProbeAnswers): string[] {
  return Object.values(probes).flatMap(({ socket }) => answers[socket]?.warnings ?? []);
}

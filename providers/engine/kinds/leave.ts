import { isLeaveKind, type LeaveSpec, leaveKind } from "./extension.ts";
import type { Ownership, StepOf, StepTable } from "./kind.ts";
import { type HostPath, isPath, isUnit } from "./names.ts";

export const ownedLeave: Ownership<LeaveSpec | null, LeaveSpec | null> = {
  none: null,
  of: (leave) => leave,
  join: (newer, older) => newer ?? older,
  lines(leave) {
    if (leave === null) return [];
    const { kind, program, socket, config, unit, deadlineSeconds, from } = leave;
    const last = from === undefined ? [] : [from];
    return [["leave", kind, program, socket, config, unit, String(deadlineSeconds), ...last]];
  },
  read([kind, program, socket, config, unit, seconds, from]) {
    if (!isLeaveKind(kind) || !isPath(program) || !isPath(socket) || !isPath(config) || !isUnit(unit))
      return null;
    const deadlineSeconds = Number(seconds);
    return { kind, program, socket, config, unit, deadlineSeconds, ...(from === undefined ? {} : { from }) };
  },
};

export interface LeaveSteps {
  leave: { readonly leave: LeaveSpec };
}

export const leaveSteps: StepTable<LeaveSteps> = {
  leave: {
    phase: "prepare",
    call({ leave: { kind, program, socket, config, unit, deadlineSeconds, from = "" } }) {
      return [leaveKind(kind).call, program, socket, config, unit, String(deadlineSeconds), from];
    },
    words: ({ leave }) => leaveKind(leave.kind).words(leave),
  },
};

export function leaving(
  owned: LeaveSpec | null,
  wanted: LeaveSpec | null,
  files: Readonly<Record<HostPath, unknown>>,
): StepOf<LeaveSteps>[] {
  return owned !== null && mustLeave(owned, wanted) && owned.config in files
    ? [{ do: "leave", leave: owned }]
    : [];
}

/** A program that is moved elsewhere would stay listed where it was. */
export function mustLeave(owned: LeaveSpec | null, wanted: LeaveSpec | null): boolean {
  if (owned === null || wanted === null) return owned !== null;
  return owned.from !== undefined && wanted.from !== undefined && owned.from !== wanted.from;
}

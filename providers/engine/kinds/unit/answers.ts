import { printable } from "../../errors.ts";
import type { ObservedUnit, ObservedUnits } from "./spec.ts";

/** Of a unit that runs on while it reads its files again, on systemd's word or with its mounts (from 257 on). */
const RUNS_MEANWHILE = ["reloading", "refreshing"];

/** The sections of a look that tell of units, each as lines. */
export interface UnitAnswers {
  /** `systemctl show`: a block of properties for each unit. */
  readonly shown: readonly string[];
  /** `UNIT STARTED RELOADED`, a hyphen for an empty one. */
  readonly stamps: readonly string[];
  /** A line with a command, and below it `NAME STATUS`. */
  readonly checks: readonly string[];
  /** Lines of manifests and questions, which say what checks which unit. */
  readonly asked: readonly string[];
}

export function unitsIn({ shown, stamps, checks, asked }: UnitAnswers): ObservedUnits {
  const stampsOf = new Map(
    stamps.map((line) => line.split(" ")).map(([unit, ...values]) => [unit, values.map(stampIn)]),
  );
  const checkOf = checksIn(checks, asked);
  const units = new Map<string, ObservedUnit>();
  for (const block of blocksIn(shown)) {
    const { Id = "", LoadState, ActiveState = "", UnitFileState, NeedDaemonReload } = block;
    const isUp = RUNS_MEANWHILE.includes(ActiveState) || startsAnew(block);
    if (LoadState === "not-found" && ActiveState === "inactive") continue;
    const [started = "", reloaded = ""] = stampsOf.get(Id) ?? [];
    units.set(Id, {
      active: isUp ? "active" : ActiveState,
      enabled: UnitFileState === "enabled",
      masked: LoadState === "masked",
      stale: NeedDaemonReload === "yes",
      started,
      reloaded,
      check: checkOf.get(Id) ?? null,
    });
  }
  return Object.fromEntries(units);
}

/** It has ended well, as what follows a node does when that says something else, and systemd is about to start it again. */
function startsAnew({ SubState, Result }: Readonly<Record<string, string>>): boolean {
  return SubState === "auto-restart" && Result === "success";
}

function stampIn(word: string): string {
  return word === "-" ? "" : printable(word);
}

/** Exit statuses by unit. A line with the command comes before those of its names. */
function checksIn(lines: readonly string[], asked: readonly string[]): ReadonlyMap<string, number> {
  const statusOf = new Map<string, number>();
  let command = "";
  for (const line of lines) {
    if (line.startsWith("/")) command = line;
    const [, name, status] = /^(\S+) (\d+)$/.exec(line) ?? [];
    if (name !== undefined) statusOf.set(`${command} ${name}`, Number(status));
  }
  const checks = asked.flatMap((line): [string, number][] => {
    const [, unit = "", check = ""] = /^unit (\S+) (?:clean\S*|keep) (.+)$/.exec(line) ?? [];
    const status = statusOf.get(check);
    return status === undefined ? [] : [[unit, status]];
  });
  return new Map(checks);
}

/** `systemctl show` prints one block of properties a unit. What a service has beyond other units, its Result, comes first. */
function blocksIn(lines: readonly string[]): Record<string, string>[] {
  const blocks: Record<string, string>[] = [{}];
  for (const line of lines) {
    const at = line.indexOf("=");
    const name = line.slice(0, at);
    if (name === "Result" || blocks.at(-1)?.[name] !== undefined) blocks.push({});
    const block = blocks.at(-1);
    if (block !== undefined) block[name] = line.slice(at + 1);
  }
  return blocks.filter(({ Id }) => Id !== undefined);
}

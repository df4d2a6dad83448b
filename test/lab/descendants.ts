import { readdirSync, readFileSync } from "node:fs";

/** A process of this machine. */
export interface Process {
  readonly pid: number;
  /** With its arguments, a blank between each. */
  readonly command: string;
}

/** What `pid` has started, and what that has, as long as those in between live. */
export function descendants(pid: number): Process[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => processOf(Number(name)));
  const below = (parent: number): Process[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid).map(({ pid, command }) => ({ pid, command }));
}

export function isAlive(pid: number): boolean {
  return processOf(pid).length > 0;
}

/** None: it has ended, or its end was not asked for yet. */
function processOf(pid: number): (Process & { readonly parent: number })[] {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    // the name in brackets may hold anything
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return state === "Z" ? [] : [{ pid, parent: Number(parent), command }];
  } catch (error) {
    if (error instanceof Error && "code" in error && ["ENOENT", "ESRCH"].includes(String(error.code)))
      return [];
    throw error;
  }
}

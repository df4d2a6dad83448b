/** What a login and everything it started did on a host. */
export interface HostWork {
  /** Programs that were started, sshd's own for the login included. */
  readonly programs: number;
  /** Processes that were forked, whether they then became another program or not. */
  readonly processes: number;
  /** Paths that were written, made, renamed or removed, beyond sshd's record of logins, each time. */
  readonly writes: number;
}

/** Counts in the lines of `strace --follow-forks`. */
export function workOf(lines: readonly string[]): HostWork {
  const calls = whole(lines);
  return {
    programs: calls.filter((call) => /^execve\(.* = 0$/.test(call)).length,
    processes: calls.filter(
      (call) => /^(?:clone3?|v?fork)\(.* = \d+/.test(call) && !/CLONE_THREAD/.test(call),
    ).length,
    writes: calls.filter(isWrite).length,
  };
}

/** Joins calls that other processes' lines came between. */
function whole(lines: readonly string[]): string[] {
  const begun = new Map<string, string>();
  return lines.flatMap((line) => {
    const [, pid = "", call = ""] = line.match(/^(\d+)\s+(.*)$/) ?? [];
    const unfinished = call.match(/^(.*) <unfinished \.\.\.>$/);
    if (unfinished) {
      begun.set(pid, unfinished[1] ?? "");
      return [];
    }
    const resumed = call.match(/^<\.\.\. \w+ resumed>(.*)$/);
    return [resumed ? `${begun.get(pid) ?? ""}${resumed[1]}` : call];
  });
}

function isWrite(call: string): boolean {
  if (!/ = \d+/.test(call) || /^(?:execve|clone|clone3|v?fork)\(/.test(call)) return false;
  if (/^open(?:at)?\(/.test(call) && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(call)) return false;
  const path = call.match(/"([^"]*)"/)?.[1] ?? "";
  return !NOT_THE_DISK.test(path);
}

/** Devices and the kernel, and where sshd and PAM record that somebody was here. */
const NOT_THE_DISK =
  /^\/(?:dev|proc|sys)\/|^\/var\/log\/(?:wtmp|btmp|lastlog)$|^\/(?:var\/)?run\/(?:utmp|motd)/;

import type { HostName, Lab } from "../../test/lab/index.ts";

/** What a unit's processes take. */
export interface Usage {
  readonly processes: number;
  /** Their share of memory: what several of them share is divided among them. The kernel's own memory is not in it. */
  readonly pssKiB: number;
  readonly descriptors: number;
}

/** Of all processes in the unit's cgroup, now. */
export async function usageOf(lab: Lab, host: HostName, unit: string): Promise<Usage> {
  const answer = await lab.mustExec(host, ["sh", "-eu", "-c", count, "sh", unit]);
  const [processes = 0, pssKiB = 0, descriptors = 0] = answer.trim().split(" ").map(Number);
  return { processes, pssKiB, descriptors };
}

// a process may end while it is looked at
const count = `
group=$(systemctl show --property=ControlGroup --value "$1")
processes=0 descriptors=0
for pid in $(cat "/sys/fs/cgroup$group/cgroup.procs"); do
  set -- /proc/$pid/fd/*
  processes=$((processes + 1)) descriptors=$((descriptors + $#))
  cat "/proc/$pid/smaps_rollup" 2>/dev/null || :
done > /run/bench-usage
echo "$processes $(awk '/^Pss:/ { sum += $2 } END { print sum + 0 }' /run/bench-usage) $descriptors"
rm /run/bench-usage
`;

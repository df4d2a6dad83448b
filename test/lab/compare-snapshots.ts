import type { Snapshot } from "./snapshot.ts";

/**
 * What differs between two snapshots of a host, one sentence per fact, sorted; empty when nothing does.
 *
 * For example `file /etc/motd: appeared (-rw-r--r-- 0:0 …)`, `sysctl net.ipv4.ip_forward: 0 became 1`,
 * `user guest: is gone (was 1001:1001 …)`.
 */
export function compareSnapshots(before: Snapshot, after: Snapshot): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].sort().flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    if (was === is) return [];
    if (was === undefined) return [`${key}: appeared${is && ` (${is})`}`];
    if (is === undefined) return [`${key}: is gone${was && ` (was ${was})`}`];
    return [`${key}: ${was} became ${is}`];
  });
}

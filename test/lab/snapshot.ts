import { fileFacts } from "./file-facts.ts";
import type { Instance } from "./instance.ts";
import { kernelFacts } from "./kernel-facts.ts";
import { hostNetns, inHost } from "./names.ts";
import { systemFacts } from "./system-facts.ts";
import type { HostName } from "./topology.ts";

/**
 * Everything a product could leave on a host, as facts: what it is about -> its value, such as
 * `file /etc/hosts` -> `-rw-r--r-- 0:0 80 bytes sha256 …` or `user admin` -> `1000:1000 /home/admin /bin/bash`.
 */
export type Snapshot = Readonly<Record<string, string>>;

/**
 * Takes a snapshot of a running host; a second or two.
 *
 * Files and kernel are looked at from outside: what the host itself has installed makes no difference.
 */
export async function takeSnapshot(instance: Instance, host: HostName): Promise<Snapshot> {
  const facts = await Promise.all([
    fileFacts(inHost(instance, host, "root")),
    kernelFacts(hostNetns(instance, host)),
    systemFacts(instance, host),
  ]);
  return Object.fromEntries(facts.flat());
}

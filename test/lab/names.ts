import type { Instance } from "./instance.ts";
import { inLab } from "./instance.ts";

/** The network namespace that holds the laboratory's bridges. */
export const switchNetns = (instance: Instance): string => `tsl-${instance.name}`;

/** A host's network namespace: a new one under the same name at every boot. */
export const hostNetns = (instance: Instance, host: string): string => `tsl-${instance.name}-${host}`;

/** The name by which systemd-nspawn knows a host; also its cgroup's. */
export const machineName = (instance: Instance, host: string): string => `tsl-${instance.name}-${host}`;

/** The machine's own link into the laboratory. */
export const machineLink = (instance: Instance): string => `tsl${instance.slot}`;

/** A host's directory, or a path below it. `root` in it is the host's mounted file system. */
export const inHost = (instance: Instance, host: string, ...parts: string[]): string =>
  inLab(instance.name, "hosts", host, ...parts);

/** The one place where the benchmark imports what it measures: by the package's name, as users do. */
import { resourcesFrom } from "pulumi-tsproxy/resources";

export type { HostStateArgs } from "pulumi-tsproxy/host-state";
export { resourcesFrom };
export type HostStateModule = typeof import("pulumi-tsproxy/host-state");

/** What one component wants of one host. */
export type Desired = ReturnType<typeof resourcesFrom>[number]["desired"];
export type FileSpec = Desired["files"][keyof Desired["files"]];
export type HostPath = keyof Desired["files"];
export type UnitName = keyof Desired["units"];
export type Requirement = Desired["requirements"][number];

/** Where a gateway has the script that notes what a unit was started with. */
export const STAMP_SCRIPT = "/etc/tsproxy/stamp";

/** Units of a gateway itself, in the order in which they may be started. */
export const GATEWAY_UNITS: readonly UnitName[] = [
  "tsproxy_forwarding.service",
  "tsproxy_watch.service",
  "tsproxy-dns.service",
];

/** Units of a tailnet with a port and a suffix, in the order in which they may be started. */
export function tailnetUnits(name: string): UnitName[] {
  const services = ["dns", "tailscaled", "online", "socks"].map(
    (word): UnitName => `tsproxy-${name}-${word}.service`,
  );
  const relay: UnitName[] = [`tsproxy-${name}-relay.socket`, `tsproxy-${name}-relay.service`];
  return [
    `tsproxy_netns-${name}.service`,
    ...services,
    `tsproxy_socks-${name}.service`,
    ...relay,
    `tsproxy-${name}-suffix.service`,
    `tsproxy-${name}-domain.service`,
  ];
}

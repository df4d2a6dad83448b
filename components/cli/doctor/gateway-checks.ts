import type { Seen } from "../look/seen.ts";
import type { GatewayStatus } from "../look/shape.ts";
import { fail, ok, type Verdict, warn } from "./verdict.ts";

/** What the checks of a gateway read. */
export interface Patient {
  readonly status: GatewayStatus;
  readonly seen: Seen;
}

/** Of the whole gateway, by their names, in the order in which they are shown. */
export const GATEWAY_CHECKS: Readonly<Record<string, (patient: Patient) => readonly Verdict[]>> = {
  made: ({ status: { stacks } }) =>
    stacks.length > 0
      ? [ok(`made by ${stacks.join(", ")}`)]
      : [fail("nothing was made on this host", "run `pulumi up`, or give the address of another host")],
  primary,
  units: ({ status: { drift } }) =>
    drift.length === 0 ? [ok("everything runs that was made")] : drift.map((line) => fail(line, REPAIR)),
  versions,
};

const REPAIR = "run `pulumi up --refresh`; what a unit says of itself: pulumi-tsproxy logs";

/** Ports are bound before their address is there, so that nothing else shows that the primary tailnet is away. */
function primary({ status: { tailnets }, seen }: Patient): Verdict[] {
  const here = seen.observed.addresses.map((line) => line.split(" ")[1]);
  const wanted = new Set(tailnets.flatMap(({ ports }) => ports.map(({ listen }) => addressOf(listen))));
  return [...wanted].map((address) =>
    here.includes(address)
      ? ok(`its address in the primary tailnet, ${address}, is there`)
      : fail(
          `no interface of the host has ${address}, its address in the primary tailnet`,
          "on the host, see `tailscale status` and `systemctl status tailscaled`; where the address is another one now, correct primaryAddress",
        ),
  );
}

function addressOf(listen: string): string {
  return listen.replace(/:\d+$/, "").replace(/^\[(.*)\]$/, "$1");
}

function versions({ status: { programs } }: Patient): Verdict[] {
  const others = programs.flatMap(({ name, wanted, running }) => {
    const old = running.filter((version) => !wanted.includes(version));
    return old.length === 0 || wanted.length === 0 ? [] : [{ name, wanted, old }];
  });
  if (others.length === 0) return [ok("the versions that run are those that were installed")];
  return others.map(({ name, wanted, old }) =>
    warn(
      `${name} ${old.join(", ")} runs, and ${wanted.join(", ")} is installed`,
      "run `pulumi up --refresh`, or restart the tailnet: pulumi-tsproxy restart TAILNET",
    ),
  );
}

import { resourcesFrom } from "../../components/resources.ts";
import type { HostStateInputs } from "../../providers/engine/pulumi/inputs.ts";
import type { Connection } from "../../providers/engine/state/outputs.ts";
import { storedDesired } from "../../providers/engine/state/stored-desired.ts";

/** A HostState as a program registers it. */
export interface Registration {
  /** Of the resource in the program. */
  readonly name: string;
  readonly inputs: HostStateInputs<Connection>;
  /** Names of those that must be there before it. */
  readonly dependsOn: readonly string[];
}

/** Value of `tsproxy:gateways`. */
export type Gateways = Readonly<Record<string, unknown>>;
/** Value of `tsproxy:secrets`. */
export type GivenSecrets = Readonly<Record<string, string>>;

/**
 * The HostStates of the ready-made program with that configuration, in the order in which it registers them.
 *
 * @throws ArgumentsError as the program does.
 */
export function registrationsOf(gateways: Gateways, secrets: GivenSecrets): Registration[] {
  return resourcesFrom(gateways, secrets).map(registrationOf);
}

type Resource = ReturnType<typeof resourcesFrom>[number];

function registrationOf({ name, key, desired, secrets, after, ssh, adopt }: Resource): Registration {
  const { host, hostKey } = ssh;
  if (typeof host !== "string" || typeof hostKey !== "string")
    throw new Error(`${name}: the host is not known yet`);
  const identity = { project: "home", stack: "test", key, sweeps: key === "gateway" };
  return {
    name,
    inputs: {
      connection: { host, hostKey },
      ...{ identity, desired: storedDesired(desired), secrets, adopt },
      __provider: "exports.handler = …",
    },
    dependsOn: after,
  };
}

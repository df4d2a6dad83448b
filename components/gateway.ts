import {
  ComponentResource,
  type ComponentResourceOptions,
  getProject,
  getStack,
  type Input,
  log,
  type Output,
  runtime,
  secret,
} from "@pulumi/pulumi";
import { HostState, type HostStateArgs } from "../providers/host-state.ts";
import { checkGateway, type GatewayArgs, type GatewaySettings, type JumpArgs } from "./arguments/gateway.ts";
import { ArgumentsError } from "./arguments/problem.ts";
import { gatewayClaims, hostClaims } from "./claims.ts";
import { Neighbours } from "./neighbours.ts";
import { renderGateway } from "./render/gateway.ts";

/**
 * A Linux host that clients of its primary tailnet use to reach other tailnets. It holds what those
 * have in common: programs, forwarding, the DNS server.
 *
 * @example
 * const home = new Gateway("home", {
 *   ssh: { host: "gateway.lan", hostKey: "ssh-ed25519 AAAA…", privateKey },
 *   primaryAddress: "100.64.0.10",
 * });
 */
export class Gateway extends ComponentResource {
  /** Where SOCKS ports and DNS are found. Known once the gateway is up. */
  readonly primaryAddress: Output<string>;

  /** @internal */
  readonly settings: GatewaySettings;
  /** @internal What the components of this gateway have claimed. */
  readonly neighbours = new Neighbours();
  /** @internal */
  readonly state: HostState;
  readonly #connection: HostStateArgs["connection"];

  /** @throws ArgumentsError with everything that is wrong with `args`. */
  constructor(name: string, args: GatewayArgs, options?: ComponentResourceOptions) {
    const { settings, problems } = checkGateway(name, args);
    const all = settings === null ? problems : hostsOfProgram().claim(hostClaims(name, settings));
    if (settings === null || all.length > 0) throw new ArgumentsError(`Gateway "${name}"`, all);
    super("tsproxy:index:Gateway", name, {}, options);
    this.settings = settings;
    this.neighbours.claim(gatewayClaims(name, settings));
    warnOfMissingKeys(settings.ssh, this);
    this.#connection = connectionOf(settings.ssh);
    this.state = new HostState(
      `${name}-gateway`,
      this.hostState("gateway", { desired: renderGateway(settings.spec) }),
      { parent: this, deleteBeforeReplace: true },
    );
    this.primaryAddress = this.state.facts.apply(() => settings.spec.primaryAddress);
    this.registerOutputs({ primaryAddress: this.primaryAddress });
  }

  /** @internal Arguments of a resource on this host; `key` is its name there. */
  hostState(
    key: string,
    { desired, secrets = {} }: Pick<HostStateArgs, "desired"> & Partial<Pick<HostStateArgs, "secrets">>,
  ): HostStateArgs {
    return {
      connection: this.#connection,
      identity: { project: getProject(), stack: getStack(), key, sweeps: key === "gateway" },
      desired,
      secrets,
      adopt: this.settings.adopt,
    };
  }
}

/** The hosts of all gateways, by the root of the program; a process may run several programs. */
const hosts = new WeakMap<object, Neighbours>();

function hostsOfProgram(): Neighbours {
  const root = runtime.getStackResource();
  const known = (root && hosts.get(root)) ?? new Neighbours();
  if (root !== undefined) hosts.set(root, known);
  return known;
}

/** Nothing is sent to an unchecked host; a preview does without, so the key may come later. */
function warnOfMissingKeys({ hostKey, jump }: GatewaySettings["ssh"], gateway: Gateway): void {
  const missing = [
    ...(hostKey === "" ? ["ssh.hostKey"] : []),
    ...(jump?.hostKey === "" ? ["ssh.jump.hostKey"] : []),
  ];
  for (const argument of missing) {
    void log.warn(
      `${argument} is empty: "pulumi up" will stop at the first connection and show the key of the host`,
      gateway,
    );
  }
}

type Hop = Required<Pick<JumpArgs, "host" | "port" | "user" | "hostKey">> & {
  readonly agent: boolean;
  readonly privateKey?: Input<string> | undefined;
  readonly passphrase?: Input<string> | undefined;
  readonly privateKeyFile?: Input<string> | undefined;
};

function connectionOf({ jump, ...hop }: GatewaySettings["ssh"]): HostStateArgs["connection"] {
  return { ...hopOf(hop), ...(jump && { jump: hopOf(jump) }) };
}

/** Absent fields stay absent, so that the state does not change when the library learns new ones. */
function hopOf({ privateKey, passphrase, privateKeyFile, agent, ...hop }: Hop) {
  return {
    ...hop,
    ...(privateKey !== undefined && { privateKey: secret(privateKey) }),
    ...(passphrase !== undefined && { passphrase: secret(passphrase) }),
    ...(privateKeyFile !== undefined && { privateKeyFile }),
    ...(agent && { agent }),
  };
}

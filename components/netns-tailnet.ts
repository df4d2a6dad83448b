import { ComponentResource, type ComponentResourceOptions, type Output, secret } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import { nodeFactsIn } from "../providers/tailscale/status.ts";
import { checkTailnet, type TailnetArgs, type TailnetSettings } from "./arguments/netns-tailnet.ts";
import { ArgumentsError } from "./arguments/problem.ts";
import { tailnetClaims } from "./claims.ts";
import { Gateway } from "./gateway.ts";
import { AUTH_KEY, renderNetnsTailnet, TAILNET_PROBE } from "./render/netns-tailnet.ts";

export interface NetnsTailnetArgs extends TailnetArgs {
  /** The host. */
  readonly gateway: Gateway;
}

/**
 * A node of another tailnet, in a network namespace of its own on the gateway, with a resolver for it.
 * It reaches the internet through the host, and nothing else there that is not listed in `reach`.
 *
 * @example
 * const work = new NetnsTailnet("work", { gateway: home, authKey: config.requireSecret("workAuthKey") });
 */
export class NetnsTailnet extends ComponentResource {
  /** Addresses of the node in the tailnet, IPv4 first. */
  readonly addresses: Output<readonly string[]>;
  /** `Running` when all is well; otherwise Tailscale's word for what it is. */
  readonly loginState: Output<string>;
  /** Full name of the node in the tailnet, without the final dot. */
  readonly dnsName: Output<string>;

  /** @internal */
  readonly gateway: Gateway;
  /** @internal */
  readonly settings: TailnetSettings;
  /** @internal */
  readonly state: HostState;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions on the gateway included. */
  constructor(name: string, args: NetnsTailnetArgs, options?: ComponentResourceOptions) {
    const { gateway, ...plain } = args;
    if (!(gateway instanceof Gateway)) {
      throw new ArgumentsError(`NetnsTailnet "${name}"`, [
        { path: "gateway", text: "is missing: a Gateway" },
      ]);
    }
    const { settings, problems } = checkTailnet(name, plain, gateway.settings);
    const all = settings === null ? problems : gateway.neighbours.claim(tailnetClaims(name, settings));
    if (settings === null || all.length > 0) throw new ArgumentsError(`NetnsTailnet "${name}"`, all);
    super("tsproxy:index:NetnsTailnet", name, {}, options);
    this.gateway = gateway;
    this.settings = settings;
    this.state = new HostState(
      `${name}-tailnet`,
      gateway.hostState(`tailnet-${settings.spec.name}`, {
        desired: renderNetnsTailnet(settings.spec),
        secrets: { [AUTH_KEY]: secret(settings.authKey) },
      }),
      { parent: this, dependsOn: gateway.state, deleteBeforeReplace: true },
    );
    const node = this.state.facts.apply(({ probes }) => nodeFactsIn(probes[TAILNET_PROBE]));
    this.addresses = node.apply(({ addresses }) => addresses);
    this.loginState = node.apply(({ state }) => state);
    this.dnsName = node.apply(({ dnsName }) => dnsName);
    this.registerOutputs({ addresses: this.addresses, loginState: this.loginState, dnsName: this.dnsName });
  }
}

import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import { nodeFactsIn } from "../providers/tailscale/status.ts";
import type { TailnetArgs } from "./arguments/netns-tailnet.ts";
import { TAILNET, type TailnetSite } from "./catalogue.ts";
import { child, type Host, hostState } from "./child.ts";
import type { Resource } from "./component.ts";
import { Gateway } from "./gateway.ts";
import { TAILNET_PROBE } from "./render/netns-tailnet.ts";

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
  // what the last `up` or `refresh` saw
  /** Addresses of the node in the tailnet, IPv4 first. */
  readonly addresses: Output<string[]>;
  /** `Running` when all is well; otherwise Tailscale's word for what it is. */
  readonly loginState: Output<string>;
  /** Full name of the node in the tailnet, without the final dot. */
  readonly dnsName: Output<string>;
  /** When the login of the node ends (RFC 3339); empty: never. */
  readonly keyExpiry: Output<string>;
  /** What is wrong with the node, or will be within a month: a sentence each, with what to do. Empty when all is well. */
  readonly health: Output<string[]>;

  /** @internal What components of the tailnet know of it. */
  readonly site: TailnetSite;
  /** @internal */
  readonly host: Host;
  /** @internal */
  readonly resource: Resource<Input<string>>;
  /** @internal */
  readonly state: HostState;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions on the gateway included. */
  constructor(name: string, args: NetnsTailnetArgs, given?: ComponentResourceOptions) {
    const { gateway, ...plain } = args;
    const written = { name, args: plain, options: given };
    const { settings, inputs, options, resource } = child(TAILNET, written, gateway, Gateway);
    super("tsproxy:index:NetnsTailnet", name, inputs, options);
    this.site = { gateway: gateway.site.spec, tailnet: settings.spec };
    this.host = gateway.host;
    this.resource = resource;
    this.state = new HostState(...hostState(this, resource, gateway.host, gateway.state));
    const node = this.state.facts.apply(({ probes }) => nodeFactsIn(probes[TAILNET_PROBE]));
    this.addresses = node.apply(({ addresses }) => [...addresses]);
    this.loginState = node.apply(({ state }) => state);
    this.dnsName = node.apply(({ dnsName }) => dnsName);
    this.keyExpiry = node.apply(({ keyExpiry }) => keyExpiry);
    this.health = node.apply(({ health }) => [...health]);
    const { addresses, loginState, dnsName, keyExpiry, health } = this;
    this.registerOutputs({ addresses, loginState, dnsName, keyExpiry, health });
  }
}

import { ComponentResource, type ComponentResourceOptions, log, type Output } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import { type NodeFacts, nodeFactsIn } from "../providers/tailscale/status.ts";
import type { RouteArgs } from "./arguments/route-bridge.ts";
import { PARTS } from "./catalogue.ts";
import { child, hostState, once } from "./child.ts";
import type { Known } from "./clients/known.ts";
import { NetnsTailnet } from "./netns-tailnet.ts";
import { TAILNET_PROBE } from "./render/netns-tailnet.ts";
import { offeredRoutes } from "./render/route-bridge.ts";

export interface RouteBridgeArgs extends RouteArgs {
  /** Where the routes lead. A tailnet has one RouteBridge. */
  readonly tailnet: NetnsTailnet;
}

/**
 * A way into a tailnet without a proxy, for every program on every device of the primary tailnet: a node of that one, in the
 * tailnet's namespace, offers the tailnet's networks as 4via6 routes. Who may use them is the primary tailnet's policy.
 *
 * @example
 * new RouteBridge("work", { tailnet: work, site: 7, authKey: config.requireSecret("primaryAuthKey") });
 */
export class RouteBridge extends ComponentResource {
  /** The networks that the node offers, as the primary tailnet has them. */
  readonly routes: Output<string[]>;
  /** What approves them: a command for headscale, or the page of the node in the console. Empty: all are approved. */
  readonly toApprove: Output<string>;
  /** Addresses of the node in the primary tailnet, IPv4 first. */
  readonly addresses: Output<string[]>;
  /** `Running` when all is well; otherwise Tailscale's word for what it is. */
  readonly loginState: Output<string>;
  /** What is wrong with the node, or will be within a month: a sentence each, with what to do. Empty when all is well. */
  readonly health: Output<string[]>;

  /** @internal */
  readonly state: HostState;
  /** @internal For a ClientKit. */
  readonly known: Known;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions in the program included. */
  constructor(name: string, args: RouteBridgeArgs, given?: ComponentResourceOptions) {
    const { tailnet, ...plain } = args;
    const written = { name, args: plain, options: given };
    const { settings, inputs, options, resource } = child(PARTS.route, written, tailnet, NetnsTailnet);
    super("tsproxy:index:RouteBridge", name, inputs, options);
    this.state = new HostState(...hostState(this, resource, tailnet.host, tailnet.state));
    this.known = { site: tailnet.site, parts: { route: settings } };
    const offered = offeredRoutes(settings);
    this.routes = once(this.state, offered);
    const node = this.state.facts.apply(({ probes }) => nodeFactsIn(probes[TAILNET_PROBE]));
    this.toApprove = node.apply((facts) => told(approvalOf(facts, settings.loginServer, offered), this));
    this.addresses = node.apply(({ addresses }) => [...addresses]);
    this.loginState = node.apply(({ state }) => state);
    this.health = node.apply(({ health }) => [...health]);
    const { routes, toApprove, addresses, loginState, health } = this;
    this.registerOutputs({ routes, toApprove, addresses, loginState, health });
  }
}

const TAILSCALE = "https://controlplane.tailscale.com";

/** How routes that wait for approval get it; empty when none waits. */
function approvalOf(
  { unapprovedRoutes = 0, id = "", addresses }: NodeFacts,
  loginServer: string,
  offered: readonly string[],
): string {
  if (unapprovedRoutes === 0) return "";
  if (loginServer === TAILSCALE) return `https://login.tailscale.com/admin/machines/${addresses[0] ?? ""}`;
  return `headscale nodes approve-routes --identifier ${id} --routes ${offered.join(",")}`;
}

/** Said at each run of the program, until it is done. */
function told(toApprove: string, bridge: RouteBridge): string {
  if (toApprove !== "")
    void log.warn(`its routes are not approved yet, and lead nowhere until they are: ${toApprove}`, bridge);
  return toApprove;
}

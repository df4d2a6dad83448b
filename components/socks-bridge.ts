import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import type { SocksArgs } from "./arguments/socks-bridge.ts";
import { PARTS } from "./catalogue.ts";
import { child, hostState, once } from "./child.ts";
import { NetnsTailnet } from "./netns-tailnet.ts";

/** Where each node tells those who reach it what it is called, and in which tailnet: what its own page is made of. */
const NODE_DATA = "http://100.100.100.100/api/data";

export interface SocksBridgeArgs extends SocksArgs {
  /** Where the port leads. A tailnet has one SocksBridge. */
  readonly tailnet: NetnsTailnet;
}

/**
 * A SOCKS5 port on the gateway's primary address that leads into a tailnet. Names are resolved there
 * (`socks5h`). Without an exit node it leads to the tailnet only, not to the internet.
 *
 * @example
 * new SocksBridge("work", { tailnet: work, port: 11080 });
 */
export class SocksBridge extends ComponentResource {
  /** `socks5h://100.64.0.10:11080` */
  readonly url: Output<string>;
  /** One line to paste into a shell of a client; what it prints begins with the names of the node and its tailnet. */
  readonly tryIt: Output<string>;

  /** @internal */
  readonly state: HostState;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions on the gateway included. */
  constructor(name: string, args: SocksBridgeArgs, given?: ComponentResourceOptions) {
    const { tailnet, ...plain } = args;
    const written = { name, args: plain, options: given };
    const { settings, inputs, options, resource } = child(PARTS.socks, written, tailnet, NetnsTailnet);
    super("tsproxy:index:SocksBridge", name, inputs, options);
    this.state = new HostState(...hostState(this, resource, tailnet.host, tailnet.state));
    const { primaryAddress } = tailnet.site.gateway;
    this.url = once(this.state, `socks5h://${primaryAddress}:${settings.port}`);
    this.tryIt = this.url.apply((url) => `curl -x ${url} ${NODE_DATA}`);
    this.registerOutputs({ url: this.url, tryIt: this.tryIt });
  }
}

import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import { ArgumentsError } from "./arguments/problem.ts";
import { checkSocks, type SocksArgs } from "./arguments/socks-bridge.ts";
import { socksClaims } from "./claims.ts";
import { NetnsTailnet } from "./netns-tailnet.ts";
import { renderSocksBridge } from "./render/socks-bridge.ts";

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
  /** `socks5h://100.64.0.10:11080`. Known once the port is open. */
  readonly url: Output<string>;
  /** One line to paste into a shell of a client; it fetches a page from the tailnet. */
  readonly tryIt: Output<string>;

  /** @internal */
  readonly state: HostState;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions on the gateway included. */
  constructor(name: string, args: SocksBridgeArgs, options?: ComponentResourceOptions) {
    const { tailnet, ...plain } = args;
    if (!(tailnet instanceof NetnsTailnet)) {
      throw new ArgumentsError(`SocksBridge "${name}"`, [
        { path: "tailnet", text: "is missing: a NetnsTailnet" },
      ]);
    }
    const { gateway } = tailnet;
    const { name: tailnetName, veth } = tailnet.settings.spec;
    const { settings, problems } = checkSocks(plain);
    const all =
      settings === null ? problems : gateway.neighbours.claim(socksClaims(name, tailnetName, settings));
    if (settings === null || all.length > 0) throw new ArgumentsError(`SocksBridge "${name}"`, all);
    super("tsproxy:index:SocksBridge", name, {}, options);
    const { primaryAddress, clients } = gateway.settings.spec;
    this.state = new HostState(
      `${name}-socks`,
      gateway.hostState(`socks-${tailnetName}`, {
        desired: renderSocksBridge({
          tailnet: tailnetName,
          vethSubnet: veth.subnet,
          primaryAddress,
          port: settings.port,
          clients,
        }),
      }),
      { parent: this, dependsOn: tailnet.state, deleteBeforeReplace: true },
    );
    this.url = this.state.facts.apply(() => `socks5h://${primaryAddress}:${settings.port}`);
    this.tryIt = this.url.apply((url) => `curl -x ${url} http://100.100.100.100/`);
    this.registerOutputs({ url: this.url, tryIt: this.tryIt });
  }
}

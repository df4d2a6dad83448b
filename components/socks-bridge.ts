import { ComponentResource, type ComponentResourceOptions, log, type Output } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import type { SocksArgs } from "./arguments/socks-bridge.ts";
import { PARTS } from "./catalogue.ts";
import { child, hostState, namesWarning, once } from "./child.ts";
import type { Known } from "./clients/known.ts";
import { NetnsTailnet } from "./netns-tailnet.ts";
import { speaksHttp } from "./render/server/servers.ts";

/** Where each node tells those who reach it what it is called, and in which tailnet: what its own page is made of. */
const NODE_DATA = "http://100.100.100.100/api/data";

export interface SocksBridgeArgs extends SocksArgs {
  /** Where the port leads. A tailnet has one SocksBridge. */
  readonly tailnet: NetnsTailnet;
}

/**
 * A port on the gateway's primary address that leads into a tailnet, by SOCKS5 and HTTP, or with `server: "dante"` by
 * SOCKS5 only.
 * Names are resolved there (`socks5h`). Without an exit node it leads to the tailnet only, not to the internet.
 *
 * @example
 * new SocksBridge("work", { tailnet: work, port: 11080 });
 */
export class SocksBridge extends ComponentResource {
  /** `socks5h://100.64.0.10:11080` */
  readonly url: Output<string>;
  /** `socks5h://[fd7a:115c:a1e0::10]:11080`; empty where the gateway has no `primaryAddress6`. */
  readonly url6: Output<string>;
  /** `http://100.64.0.10:11080`; empty where the server speaks SOCKS only. */
  readonly httpUrl: Output<string>;
  /** One line to paste into a shell of a client; what it prints begins with the names of the node and its tailnet. */
  readonly tryIt: Output<string>;

  /** @internal */
  readonly state: HostState;
  /** @internal For a ClientKit. */
  readonly known: Known;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions on the gateway included. */
  constructor(name: string, args: SocksBridgeArgs, given?: ComponentResourceOptions) {
    const { tailnet, ...plain } = args;
    const written = { name, args: plain, options: given };
    const { settings, inputs, options, resource } = child(PARTS.socks, written, tailnet, NetnsTailnet);
    super("tsproxy:index:SocksBridge", name, inputs, options);
    const warning = namesWarning(tailnet);
    if (warning !== null) void log.warn(warning, this);
    this.state = new HostState(...hostState(this, resource, tailnet.host, tailnet.state));
    this.known = { site: tailnet.site, parts: { socks: settings } };
    const { primaryAddress, primaryAddress6 } = tailnet.site.gateway;
    const address = `${primaryAddress}:${settings.port}`;
    this.url = once(this.state, `socks5h://${address}`);
    this.url6 = once(
      this.state,
      primaryAddress6 === null ? "" : `socks5h://[${primaryAddress6}]:${settings.port}`,
    );
    this.httpUrl = once(this.state, speaksHttp(settings.server) ? `http://${address}` : "");
    const [user] = Object.keys(settings.users ?? {}).sort();
    // curl asks for the password
    const login = user === undefined ? "" : `--proxy-user ${user} `;
    this.tryIt = this.url.apply((url) => `curl -x ${url} ${login}${NODE_DATA}`);
    this.registerOutputs({ url: this.url, url6: this.url6, httpUrl: this.httpUrl, tryIt: this.tryIt });
  }
}

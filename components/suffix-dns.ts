import { ComponentResource, type ComponentResourceOptions, log, type Output } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import { type SuffixArgs, suffixWarning } from "./arguments/suffix-dns.ts";
import { PARTS } from "./catalogue.ts";
import { child, hostState, namesWarning, once } from "./child.ts";
import type { Known } from "./clients/known.ts";
import { NetnsTailnet } from "./netns-tailnet.ts";

export interface SuffixDnsArgs extends SuffixArgs {
  /** Whose machines are found under the suffix. A tailnet has one SuffixDns. */
  readonly tailnet: NetnsTailnet;
}

/**
 * Names for a tailnet: `10.0.0.50.work.internal` is 10.0.0.50, `nas.work.internal` the machine nas. Answered by the
 * gateway's DNS server, and by the SOCKS server for clients that leave names to it.
 *
 * @example
 * new SuffixDns("work", { tailnet: work, suffix: "work.internal" });
 */
export class SuffixDns extends ComponentResource {
  /** Without dots at its ends. */
  readonly suffix: Output<string>;
  /** Domains of the tailnet that the gateway's DNS server answers for beside the suffix. */
  readonly domains: Output<string[]>;

  /** @internal */
  readonly state: HostState;
  /** @internal For a ClientKit. */
  readonly known: Known;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions on the gateway included. */
  constructor(name: string, args: SuffixDnsArgs, given?: ComponentResourceOptions) {
    const { tailnet, ...plain } = args;
    const written = { name, args: plain, options: given };
    const { settings, inputs, options, resource } = child(PARTS.dns, written, tailnet, NetnsTailnet);
    super("tsproxy:index:SuffixDns", name, inputs, options);
    const { suffix, domains } = settings;
    for (const warning of [suffixWarning(suffix), namesWarning(tailnet)])
      if (warning !== null) void log.warn(warning, this);
    this.state = new HostState(...hostState(this, resource, tailnet.host, tailnet.state));
    this.known = { site: tailnet.site, parts: { dns: settings } };
    this.suffix = once(this.state, suffix);
    this.domains = once(this.state, [...domains]);
    this.registerOutputs({ suffix: this.suffix, domains: this.domains });
  }
}

import { ComponentResource, type ComponentResourceOptions, log, type Output } from "@pulumi/pulumi";
import { HostState } from "../providers/host-state.ts";
import { ArgumentsError } from "./arguments/problem.ts";
import { checkSuffix, type SuffixArgs, suffixWarning } from "./arguments/suffix-dns.ts";
import { suffixClaims } from "./claims.ts";
import { NetnsTailnet } from "./netns-tailnet.ts";
import { renderSuffixDns } from "./render/suffix-dns.ts";

export interface SuffixDnsArgs extends SuffixArgs {
  /** Whose machines are found under the suffix. A tailnet has one SuffixDns. */
  readonly tailnet: NetnsTailnet;
}

/**
 * Names for a tailnet: `10.0.0.50.work` is 10.0.0.50, `nas.work` the machine nas. Answered by the
 * gateway's DNS server, and by the SOCKS server for clients that leave names to it.
 *
 * @example
 * new SuffixDns("work", { tailnet: work, suffix: "work" });
 */
export class SuffixDns extends ComponentResource {
  /** Without dots at its ends. Known once its zone is on the host; it is answered at most 3 s later. */
  readonly suffix: Output<string>;

  /** @internal */
  readonly state: HostState;

  /** @throws ArgumentsError with everything that is wrong with `args`, collisions on the gateway included. */
  constructor(name: string, args: SuffixDnsArgs, options?: ComponentResourceOptions) {
    const { tailnet, ...plain } = args;
    if (!(tailnet instanceof NetnsTailnet)) {
      throw new ArgumentsError(`SuffixDns "${name}"`, [
        { path: "tailnet", text: "is missing: a NetnsTailnet" },
      ]);
    }
    const { gateway } = tailnet;
    const { name: tailnetName, veth } = tailnet.settings.spec;
    const { settings, problems } = checkSuffix(tailnetName, plain);
    const all =
      settings === null ? problems : gateway.neighbours.claim(suffixClaims(name, tailnetName, settings));
    if (settings === null || all.length > 0) throw new ArgumentsError(`SuffixDns "${name}"`, all);
    super("tsproxy:index:SuffixDns", name, {}, options);
    const { suffix } = settings;
    const warning = suffixWarning(suffix);
    if (warning !== null) void log.warn(warning, this);
    const { primaryAddress, dnsPort } = gateway.settings.spec;
    this.state = new HostState(
      `${name}-dns`,
      gateway.hostState(`dns-${tailnetName}`, {
        desired: renderSuffixDns({
          tailnet: tailnetName,
          suffix,
          veth,
          primaryAddress,
          dnsPort,
        }),
      }),
      { parent: this, dependsOn: tailnet.state, deleteBeforeReplace: true },
    );
    this.suffix = this.state.facts.apply(() => suffix);
    this.registerOutputs({ suffix: this.suffix });
  }
}

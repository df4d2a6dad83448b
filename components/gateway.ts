import {
  ComponentResource,
  type ComponentResourceOptions,
  type Input,
  log,
  type Output,
  secret,
} from "@pulumi/pulumi";
import { HostState, type HostStateArgs } from "../providers/host-state.ts";
import type { GatewayArgs, GatewaySettings } from "./arguments/gateway.ts";
import type { HopSettings, SshSettings } from "./arguments/ssh.ts";
import { GATEWAY } from "./catalogue.ts";
import { accepted, claimsOfProgram, type Host, hostState, once } from "./child.ts";
import { Claims, hostClaims } from "./claims.ts";
import { claimsOf, type Resource, resourceOf } from "./component.ts";
import { requireEngine } from "./surroundings/engine.ts";

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
  /** Where SOCKS ports and DNS are found. */
  readonly primaryAddress: Output<string>;
  /** The same by IPv6; empty where there is none. */
  readonly primaryAddress6: Output<string>;
  /** `socks5h://100.64.0.10:1080`, of the one port; empty where there is none. */
  readonly url: Output<string>;
  /** `http://100.64.0.10:1080`, likewise. */
  readonly httpUrl: Output<string>;

  /** @internal What tailnets on it know of it. */
  readonly site: GatewaySettings;
  /** @internal */
  readonly host: Host;
  /** @internal */
  readonly resource: Resource<Input<string>>;
  /** @internal */
  readonly state: HostState;

  /** @throws ArgumentsError with everything that is wrong with `args`. */
  constructor(name: string, args: GatewayArgs, options?: ComponentResourceOptions) {
    requireEngine();
    const holder = `Gateway "${name}"`;
    const settings = accepted(holder, GATEWAY.check(name, args, null), options, ({ ssh }) =>
      claimsOfProgram().claim(hostClaims(ssh, holder)),
    );
    super("tsproxy:index:Gateway", name, GATEWAY.inputs(settings), options);
    warnOfMissingKeys(settings.ssh, this);
    const component = { name, settings, site: null };
    this.site = settings;
    this.host = hostOf(settings);
    this.host.claims.claim(claimsOf(GATEWAY, component, holder));
    this.resource = resourceOf(GATEWAY, component, []);
    this.state = new HostState(...hostState(this, this.resource, this.host));
    const { primaryAddress, primaryAddress6, onePort } = settings.spec;
    const urlOf = (scheme: string) =>
      onePort === null ? "" : `${scheme}://${primaryAddress}:${onePort.port}`;
    this.primaryAddress = once(this.state, primaryAddress);
    this.primaryAddress6 = once(this.state, primaryAddress6 ?? "");
    this.url = once(this.state, urlOf("socks5h"));
    this.httpUrl = once(this.state, urlOf("http"));
    const { url, httpUrl } = this;
    this.registerOutputs({
      ...{ primaryAddress: this.primaryAddress, primaryAddress6: this.primaryAddress6 },
      ...{ url, httpUrl },
    });
  }
}

/** Nothing is sent to an unchecked host; a preview does without, so the key may come later. */
function warnOfMissingKeys({ hostKey, jump }: SshSettings, gateway: Gateway): void {
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

function hostOf({ ssh: { jump, ...hop }, adopt }: GatewaySettings): Host {
  const connection: HostStateArgs["connection"] = { ...hopOf(hop), ...(jump && { jump: hopOf(jump) }) };
  return { connection, adopt, claims: new Claims() };
}

/** Absent fields stay absent, so that the state does not change when the library learns new ones. */
function hopOf({ privateKey, passphrase, privateKeyFile, agent, loginTimeout, ...hop }: HopSettings) {
  return {
    ...hop,
    ...(privateKey !== undefined && { privateKey: secret(privateKey) }),
    ...(passphrase !== undefined && { passphrase: secret(passphrase) }),
    ...(privateKeyFile !== undefined && { privateKeyFile }),
    ...(agent && { agent }),
    ...(loginTimeout !== undefined && { loginTimeout }),
  };
}

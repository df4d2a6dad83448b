import type { Lab } from "../lab/index.ts";
import { LAB, type Way, WORK } from "../lab/proofs.ts";
import type { StackConfig } from "./stack.ts";

type Tree = Readonly<Record<string, unknown>>;

/** A tailnet of the laboratory as it stands in `tsproxy:gateways.<gateway>.tailnets`. */
export function tailnetConfig(lab: Lab, { tailnet, port, suffix, server, login }: Way): Tree {
  return {
    loginServer: lab.controls[tailnet].url,
    caCertificates: lab.ca,
    socks: {
      port,
      ...(server && { server }),
      ...(login !== undefined && { users: [userOf(login)] }),
    },
    dns: { suffix },
  };
}

/** The laboratory's gateway without tailnets. */
export function gatewayConfig(lab: Lab): Tree {
  const { address, hostKey, tailnetAddress } = lab.hosts.gateway;
  const { tailscale, coredns, singBox } = lab.tarballs;
  return {
    ssh: { host: address, hostKey },
    primaryAddress: tailnetAddress,
    mirror: lab.mirrorUrl,
    tailscale: releaseOf(tailscale),
    coredns: releaseOf(coredns),
    singBox: releaseOf(singBox),
  };
}

function userOf(login: string): string {
  return login.slice(0, login.indexOf(":"));
}

function passwords({ name, login }: Way): [string, string][] {
  if (login === undefined) return [];
  const user = userOf(login);
  return [[`home/${name}/users/${user}`, login.slice(user.length + 1)]];
}

function releaseOf({ url, sha256 }: Lab["tarballs"]["singBox"]): Tree {
  return { version: versionOf(url), sha256: { x86_64: sha256 } };
}

function versionOf(url: string): string {
  const [, version] = /[_-](\d+\.\d+\.\d+)[_-]/.exec(url) ?? [];
  if (version === undefined) throw new Error(`${url} has no version in its name`);
  return version;
}

/** What a test's configuration has that the usual one has not. */
export interface Variation {
  /** Laid over the gateway's arguments. */
  readonly gateway?: Tree;
  /** Laid over the arguments of each tailnet. */
  readonly tailnet?: Tree;
  /** Laid over those of one, by its name. */
  readonly tailnets?: Readonly<Record<string, Tree>>;
  /** Laid over the secrets. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Taken out of the secrets. */
  readonly without?: readonly string[];
}

/** Configurations of the laboratory's gateway `home`; a tailnet keeps its auth key from one to the next. */
export class Configurations {
  readonly #lab: Lab;
  readonly #keys = new Map<Way["tailnet"], Promise<string>>();

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** The gateway with one tailnet for each way. */
  async of(ways: readonly Way[] = [WORK, LAB], more: Variation = {}): Promise<StackConfig> {
    const tailnets = Object.fromEntries(
      ways.map((way) => [
        way.name,
        { ...tailnetConfig(this.#lab, way), ...more.tailnet, ...more.tailnets?.[way.name] },
      ]),
    );
    const authKeys = await Promise.all(
      ways.map(async (way) => [`home/${way.name}/authKey`, await this.#authKey(way)] as const),
    );
    const secrets = {
      "home/privateKey": this.#lab.privateKey,
      ...Object.fromEntries(authKeys),
      ...Object.fromEntries(ways.flatMap(passwords)),
      ...more.secrets,
    };
    return {
      gateways: { home: { ...gatewayConfig(this.#lab), ...more.gateway, tailnets } },
      secrets: Object.fromEntries(Object.entries(secrets).filter(([key]) => !more.without?.includes(key))),
    };
  }

  #authKey({ tailnet }: Way): Promise<string> {
    const key = this.#keys.get(tailnet) ?? this.#lab.controls[tailnet].preauthKey();
    this.#keys.set(tailnet, key);
    return key;
  }
}

/** One configuration of the laboratory's gateway. */
export function configOf(lab: Lab, ways: readonly Way[] = [WORK, LAB]): Promise<StackConfig> {
  return new Configurations(lab).of(ways);
}

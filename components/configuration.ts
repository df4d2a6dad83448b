import { z } from "zod";
import { checkGateway, type GatewayArgs, type GatewaySettings } from "./arguments/gateway.ts";
import { nearest } from "./arguments/nearest.ts";
import { checkTailnet, type TailnetArgs } from "./arguments/netns-tailnet.ts";
import { ArgumentsError, type Problem } from "./arguments/problem.ts";
import { checkSocks, type SocksArgs } from "./arguments/socks-bridge.ts";
import { checkSuffix, type SuffixArgs } from "./arguments/suffix-dns.ts";
import { gatewayClaims, hostClaims, socksClaims, suffixClaims, tailnetClaims } from "./claims.ts";
import { type Claim, Neighbours } from "./neighbours.ts";

/** A gateway of the configuration, with arguments that nothing is wrong with. */
export interface GatewayPlan {
  readonly name: string;
  readonly args: GatewayArgs;
  readonly tailnets: readonly TailnetPlan[];
}

export interface TailnetPlan {
  /** In the configuration. */
  readonly key: string;
  /** Name of the resources: `<gateway>-<key>`. */
  readonly name: string;
  /** `name`, the name on the host, is always given. */
  readonly args: TailnetArgs;
  /** `null`: no SOCKS port. */
  readonly socks: SocksArgs | null;
  /** `null`: no suffix. */
  readonly dns: SuffixArgs | null;
}

type Tree = Readonly<Record<string, unknown>>;

const GATEWAYS = "tsproxy:gateways";
const SECRETS = "tsproxy:secrets";

/**
 * Reads the configuration of the ready-made program: a plain tree of gateways, their tailnets, and the
 * `socks` and `dns` of those; and, apart from it, one object of secrets by `<gateway>/privateKey`,
 * `<gateway>/passphrase`, `<gateway>/jump/privateKey`, `<gateway>/jump/passphrase` and
 * `<gateway>/<tailnet>/authKey`.
 *
 * @throws ArgumentsError with everything that is wrong anywhere in it.
 */
export function readConfiguration(gateways: unknown, secrets: unknown): GatewayPlan[] {
  const reader = new Reader(secrets);
  const plans = reader.entries(gateways, GATEWAYS).map(([name, tree]) => reader.gateway(name, tree));
  const problems = [...reader.problems, ...reader.unusedSecrets()];
  if (problems.length > 0) throw new ArgumentsError("configuration", problems);
  return plans.filter((plan) => plan !== null);
}

/** Walks the tree once and gathers what is wrong on the way. */
class Reader {
  readonly problems: Problem[] = [];
  readonly #secrets: ReadonlyMap<string, unknown>;
  readonly #hosts = new Neighbours();
  /** Keys of all secrets that would belong to something. */
  readonly #wanted = new Set<string>();

  constructor(secrets: unknown) {
    this.#secrets = new Map(this.entries(secrets ?? {}, SECRETS));
  }

  gateway(name: string, value: unknown): GatewayPlan | null {
    const at = `${GATEWAYS}.${name}`;
    const { tailnets = {}, ...plain } = this.tree(value, at);
    const args = { ...plain, ssh: this.#ssh(plain.ssh, `${at}.ssh`, name) };
    const { settings, problems } = checkGateway(name, args, `${at}.`);
    const isNamed = "name" in plain;
    const entry = { at, secretsAt: `${at}.ssh`, key: name, isNamed, holder: `gateway ${name}` };
    this.#report(problems, entry);
    const neighbours = new Neighbours();
    if (settings !== null) {
      this.#claim(this.#hosts, entry, hostClaims(name, settings, `${at}.`));
      this.#claim(neighbours, entry, gatewayClaims(name, settings, `${at}.`));
    }
    const plans = this.entries(tailnets, `${at}.tailnets`).map(([key, tree]) =>
      this.#tailnet({ gateway: name, settings, neighbours }, key, tree),
    );
    if (!isSound<GatewayArgs>(args, problems)) return null;
    return { name, args, tailnets: plans.filter((plan) => plan !== null) };
  }

  #tailnet(on: Host, key: string, value: unknown): TailnetPlan | null {
    const name = `${on.gateway}-${key}`;
    const at = `${GATEWAYS}.${on.gateway}.tailnets.${key}`;
    const { socks, dns, ...plain } = this.tree(value, at);
    const args = { name: key, ...this.#withSecrets(plain, at, `${on.gateway}/${key}`, ["authKey"]) };
    const { settings, problems } = checkTailnet(key, args, on.settings, `${at}.`);
    const isNamed = "name" in plain;
    const entry = { at, secretsAt: at, key: `${on.gateway}/${key}`, isNamed, holder: `tailnet ${key}` };
    this.#report(problems, entry);
    if (settings !== null) this.#claim(on.neighbours, entry, tailnetClaims(name, settings, `${at}.`));
    const onHost = settings?.spec.name ?? key;

    const socksChecked = socks === undefined ? null : checkSocks(socks, `${at}.socks.`);
    this.problems.push(...(socksChecked?.problems ?? []));
    if (socksChecked?.settings) {
      this.#claim(on.neighbours, entry, socksClaims(name, onHost, socksChecked.settings, `${at}.socks.`));
    }
    // `dns:` with nothing behind it: a suffix called like the tailnet.
    const dnsChecked = dns === undefined ? null : checkSuffix(onHost, dns ?? {}, `${at}.dns.`);
    this.problems.push(...(dnsChecked?.problems ?? []));
    if (dnsChecked?.settings) {
      this.#claim(on.neighbours, entry, suffixClaims(name, onHost, dnsChecked.settings, `${at}.dns.`));
    }
    if (!isSound<TailnetArgs>(args, problems)) return null;
    return { key, name, args, socks: socksChecked?.settings ?? null, dns: dnsChecked?.settings ?? null };
  }

  #ssh(value: unknown, at: string, key: string): unknown {
    if (value === undefined) return value;
    const ssh = this.#withSecrets(this.tree(value, at), at, key, ["privateKey", "passphrase"]);
    if (ssh.jump === undefined) return ssh;
    const jump = this.#withSecrets(this.tree(ssh.jump, `${at}.jump`), `${at}.jump`, `${key}/jump`, [
      "privateKey",
      "passphrase",
    ]);
    return { ...ssh, jump };
  }

  /** `tree` with its secret arguments, which must not stand in it. */
  #withSecrets(tree: Tree, at: string, key: string, names: readonly string[]): Tree {
    const given = names.filter((name) => name in tree);
    this.problems.push(
      ...given.map((name) => ({ path: `${at}.${name}`, text: `belongs in ${SECRETS}, as "${key}/${name}"` })),
    );
    for (const name of names) this.#wanted.add(`${key}/${name}`);
    const known = names.filter((name) => this.#secrets.has(`${key}/${name}`));
    return {
      ...tree,
      ...Object.fromEntries(known.map((name) => [name, this.#secrets.get(`${key}/${name}`)])),
    };
  }

  /** What is wrong is said of what the user wrote: of the secret, and of the key where that is the name. */
  #report(problems: readonly Problem[], { at, secretsAt, key, isNamed }: Entry): void {
    const secret = /^\.((?:jump\.)?(?:privateKey|passphrase|authKey))$/;
    for (const { path, text } of problems) {
      const name = path.startsWith(secretsAt) ? secret.exec(path.slice(secretsAt.length))?.[1] : undefined;
      if (name !== undefined) this.problems.push(secretProblem(`${key}/${name.replace(".", "/")}`, text));
      else this.problems.push({ path: path === `${at}.name` && !isNamed ? at : path, text });
    }
  }

  unusedSecrets(): Problem[] {
    return [...this.#secrets.keys()]
      .filter((key) => !this.#wanted.has(key))
      .map((key) => {
        const near = nearest(key, [...this.#wanted]);
        const example = near === undefined ? "" : `, the nearest here "${near}"`;
        const text = `belongs to nothing in ${GATEWAYS}; the form is <gateway>/<tailnet>/authKey${example}`;
        return { path: `${SECRETS}["${key}"]`, text };
      });
  }

  #claim(neighbours: Neighbours, entry: Entry, claims: readonly Claim[]): void {
    this.#report(neighbours.claim(claims.map((claim) => ({ ...claim, holder: entry.holder }))), entry);
  }

  tree(value: unknown, at: string): Tree {
    const result = z.record(z.string(), z.unknown()).safeParse(value ?? {});
    if (result.success) return result.data;
    this.problems.push({ path: at, text: "is not an object" });
    return {};
  }

  entries(value: unknown, at: string): [string, unknown][] {
    return Object.entries(this.tree(value, at));
  }
}

function secretProblem(key: string, text: string): Problem {
  const path = `${SECRETS}["${key}"]`;
  if (!text.startsWith("is missing")) return { path, text };
  return { path, text: `is missing; set it: pulumi config set --secret --path '${path}'` };
}

/** An entry of the tree, and where in it and in the secrets things stand. */
interface Entry {
  readonly at: string;
  readonly secretsAt: string;
  /** Of its secrets, without their names. */
  readonly key: string;
  /** False: the key in the tree is the name. */
  readonly isNamed: boolean;
  /** What it is called when another one collides with it. */
  readonly holder: string;
}

interface Host {
  readonly gateway: string;
  readonly settings: GatewaySettings | null;
  readonly neighbours: Neighbours;
}

/** What was looked at and has no problems is what the look was for. */
function isSound<Args>(_value: unknown, problems: readonly Problem[]): _value is Args {
  return problems.length === 0;
}

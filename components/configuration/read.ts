import type { GatewayArgs, GatewaySettings } from "../arguments/gateway.ts";
import type { TailnetArgs } from "../arguments/netns-tailnet.ts";
import type { Checked } from "../arguments/values/check.ts";
import { ArgumentsError, type Problem } from "../arguments/values/problem.ts";
import {
  GATEWAY,
  isPartName,
  PARTS,
  type PartName,
  type PartSettings,
  TAILNET,
  type TailnetSite,
} from "../catalogue.ts";
import { Claims, hostClaims } from "../claims.ts";
import { claimsOf, type Entry, widerClaimsOf } from "../component.ts";
import { asWritten, type Branch } from "./branch.ts";
import { handedOver, READING_ORDER } from "./handed-over.ts";
import { type GatewayPlan, type TailnetPlan, toNowhere } from "./plan.ts";
import { misplaced, Secrets, secretKeyIn, userNames } from "./secrets.ts";
import { GATEWAYS, SECRETS, type Tree, treeIn } from "./tree.ts";

/**
 * Reads the configuration of the ready-made program: a plain tree of gateways, their tailnets, and what stands on
 * those (`socks`, `route`, `dns`); and, apart from it, one object of secrets by `<gateway>/privateKey`,
 * `<gateway>/passphrase`, `<gateway>/jump/privateKey`, `<gateway>/jump/passphrase`, `<gateway>/<tailnet>/authKey`,
 * `<gateway>/<tailnet>/route/authKey`, and `<gateway>/<tailnet>/users/<name>` for each user of `socks`.
 *
 * @param warn is told of secrets that are no longer needed, and of a port that leads nowhere.
 * @throws ArgumentsError with everything that is wrong anywhere in it.
 */
export function readConfiguration(
  gateways: unknown,
  secrets: unknown,
  warn: (text: string) => void = () => {},
): GatewayPlan[] {
  if (gateways === undefined || gateways === null)
    throw new ArgumentsError("configuration", [{ path: GATEWAYS, text: MISSING }]);
  const reader = new Reader(secrets);
  const plans = reader.gateways(gateways);
  const problems = reader.problems();
  const leftBehind = problems.length > 0 ? null : reader.secrets.leftBehind();
  if (leftBehind === null)
    throw new ArgumentsError("configuration", [...problems, ...reader.secrets.misspelt()]);
  for (const text of [...leftBehind, ...plans.flatMap(toNowhere)]) warn(text);
  return plans;
}

/** What stands for a secret that is there and not read. */
const UNREAD = "a-secret-that-is-not-read";

/**
 * Reads the same for those who need no secret: each that something cannot be without counts as given.
 *
 * @throws ArgumentsError with everything that is wrong with the rest.
 */
export function readWithoutSecrets(gateways: unknown): GatewayPlan[] {
  const reader = new Reader({});
  reader.gateways(gateways ?? {});
  const needed = reader.problems().flatMap(({ path }) => secretKeyIn(path) ?? []);
  return readConfiguration(gateways, Object.fromEntries(needed.map((key) => [key, UNREAD])));
}

/** A gateway that is being read. `settings`: null if there are problems with its own arguments. */
interface GatewayBranch extends Pick<Branch, "claims"> {
  readonly gateway: string;
  readonly settings: GatewaySettings | null;
}

/** A tailnet that is being read. `name`: on the host, if nothing else is known of it. */
interface TailnetBranch extends Branch {
  readonly name: string;
  readonly site: TailnetSite | null;
}

const MISSING =
  "is missing in the configuration of this stack: copy Pulumi.home.yaml to Pulumi.<stack>.yaml and edit it, as README.md says";

const OUTSIDE =
  "stands beside the gateways, and belongs into one of them: indent it as deep as the gateway's ssh and primaryAddress";

/** Walks the tree once and gathers what is wrong on the way. */
class Reader {
  readonly #problems: Problem[] = [];
  readonly secrets: Secrets;
  /** Of all gateways. */
  readonly #ofAll = new Claims();
  /** Paths of tailnets, by the names of their components. */
  readonly #names = new Map<string, string>();

  constructor(secrets: unknown) {
    this.secrets = new Secrets(this.#tree(secrets, SECRETS));
  }

  problems(): readonly Problem[] {
    return this.#problems;
  }

  gateways(value: unknown): GatewayPlan[] {
    const trees = Object.entries(this.#tree(value, GATEWAYS));
    return trees.map(([name, tree]) => this.#gateway(name, tree)).filter((plan) => plan !== null);
  }

  #gateway(name: string, value: unknown): GatewayPlan | null {
    const at = `${GATEWAYS}.${name}`;
    const { tailnets, ...plain } = this.#tree(value, at);
    if (name === "tailnets" && plain.ssh === undefined) {
      this.#problems.push({ path: at, text: OUTSIDE });
      return null;
    }
    const args = { ...plain, ssh: this.#ssh(plain.ssh, `${at}.ssh`, name) };
    const claims = new Claims();
    const branch = {
      ...{ at, secretsAt: `${at}.ssh`, key: name },
      ...{ isNamed: "name" in plain, holder: `gateway ${name}`, claims },
    };
    const { settings, problems } = this.#component(GATEWAY, name, args, null, branch);
    if (settings !== null) this.#claimHost(settings, branch);
    const trees = Object.entries(this.#tree(tailnets, `${at}.tailnets`));
    const plans = trees
      .map(([key, tree]) => this.#tailnet({ gateway: name, settings, claims }, key, tree))
      .filter((plan) => plan !== null);
    if (settings === null || !isSound<GatewayArgs>(args, problems)) return null;
    return { name, args, settings, tailnets: plans };
  }

  #claimHost({ ssh }: GatewaySettings, branch: Branch): void {
    this.#report(this.#ofAll.claim(hostClaims(ssh, branch.holder, `${branch.at}.`)), branch);
  }

  /** Hyphens may stand in both keys; Pulumi has one namespace for the tailnets of all gateways. */
  #claimName(name: string, at: string): void {
    const other = this.#names.get(name);
    const text = `its components would be called "${name}" like those of ${other}; give one of them another key (the name on the host can stay, as its argument "name")`;
    if (other !== undefined) this.#problems.push({ path: at, text });
    this.#names.set(name, other ?? at);
  }

  #tailnet(
    { gateway, settings: site, claims }: GatewayBranch,
    key: string,
    value: unknown,
  ): TailnetPlan | null {
    const name = `${gateway}-${key}`;
    const at = `${GATEWAYS}.${gateway}.tailnets.${key}`;
    this.#claimName(name, at);
    const tree = this.#tree(value, at);
    const plain = Object.fromEntries(Object.entries(tree).filter(([argument]) => !isPartName(argument)));
    const args = { name: key, ...this.#withSecrets(plain, at, `${gateway}/${key}`, ["authKey"]) };
    const branch = {
      ...{ at, secretsAt: at, key: `${gateway}/${key}` },
      ...{ isNamed: "name" in plain, holder: `tailnet ${key}`, claims },
    };
    const { settings, problems } = this.#component(TAILNET, key, args, site, branch);
    const on = site && settings && { gateway: site.spec, tailnet: settings.spec };
    const parts = this.#parts(tree, { ...branch, name: key, site: on });
    if (settings === null || !isSound<TailnetArgs>(args, problems)) return null;
    return { key, name, args, settings, parts };
  }

  #parts(tree: Tree, tailnet: TailnetBranch): Partial<PartSettings> {
    const parts: { [Name in PartName]?: PartSettings[Name] } = {};
    const read = <Name extends PartName>(part: Name) => {
      if (tree[part] === undefined) return;
      const settings = this.#part(part, handedOver(part, tree[part], parts, tailnet.site), tailnet);
      if (settings !== null) parts[part] = settings;
    };
    for (const part of READING_ORDER) read(part);
    return parts;
  }

  /** With nothing behind its key, as in `dns:`, it has its defaults. */
  #part<Name extends PartName>(
    part: Name,
    value: unknown,
    { name, site, ...tailnet }: TailnetBranch,
  ): PartSettings[Name] | null {
    const { secretArguments = [] } = PARTS[part];
    const at = `${tailnet.at}.${part}`;
    const branch = { ...tailnet, at, isNamed: true };
    const tree = part === "socks" ? this.#withPasswords(value, branch) : value;
    if (secretArguments.length === 0) return this.#component(PARTS[part], name, tree, site, branch).settings;
    const own = { ...branch, secretsAt: at, key: `${tailnet.key}/${part}` };
    const args = this.#withSecrets(this.#tree(tree, at), at, own.key, secretArguments);
    const { settings } = this.#component(PARTS[part], name, args, site, own);
    return settings;
  }

  /** A list of users as what it means: passwords, which stand among the secrets, by names. */
  #withPasswords(value: unknown, { at, key }: Branch): unknown {
    const tree = treeIn(value);
    if (tree?.users === undefined) return value;
    const { users, ...plain } = tree;
    const { names, problems } = userNames(users, `${at}.users`, `${key}/users`);
    this.#problems.push(...problems);
    return names.length === 0 && problems.length > 0
      ? plain
      : { ...plain, users: this.secrets.each(`${key}/users`, names) };
  }

  #component<Site, Settings>(
    entry: Entry<Site, Settings>,
    name: string,
    args: unknown,
    site: Site | null,
    branch: Branch,
  ): Checked<Settings> {
    const at = `${branch.at}.`;
    const checked = entry.check(name, args, site, at);
    this.#report(checked.problems, branch);
    const { settings } = checked;
    if (settings === null) return checked;
    const claims = claimsOf(entry, { name, settings, site }, branch.holder, at);
    this.#report(branch.claims.claim(claims), branch);
    this.#report(
      this.#ofAll.claim(widerClaimsOf(entry, { name, settings, site }, branch.holder, at)),
      branch,
    );
    return checked;
  }

  #ssh(value: unknown, at: string, key: string): unknown {
    if (value === undefined) return value;
    const names = ["privateKey", "passphrase"];
    const { jump, ...ssh } = this.#withSecrets(this.#tree(value, at), at, key, names);
    if (jump === undefined) return ssh;
    const tree = this.#tree(jump, `${at}.jump`);
    return { ...ssh, jump: this.#withSecrets(tree, `${at}.jump`, `${key}/jump`, names) };
  }

  /** `tree` with its secret arguments, which must not stand in it. */
  #withSecrets(tree: Tree, at: string, key: string, names: readonly string[]): Tree {
    this.#problems.push(...misplaced(tree, at, key, names));
    return { ...tree, ...this.secrets.of(key, names) };
  }

  #report(problems: readonly Problem[], branch: Branch): void {
    this.#problems.push(...problems.map((problem) => asWritten(problem, branch)));
  }

  #tree(value: unknown, at: string): Tree {
    const tree = treeIn(value);
    if (tree === null) this.#problems.push({ path: at, text: "is not an object" });
    return tree ?? {};
  }
}

/** What was looked at and has no problems is what the look was for. */
function isSound<Args>(_value: unknown, problems: readonly Problem[]): _value is Args {
  return problems.length === 0;
}

import { type Checked, check, withDefault } from "./values/check.ts";
import { group, list, text, whole, yesOrNo } from "./values/plain.ts";
import type { Problem } from "./values/problem.ts";
import { TOP_LEVEL_DOMAINS } from "./values/top-level-domains.ts";

/** Arguments of a suffix, its tailnet aside. */
export interface SuffixArgs {
  /**
   * Lower-case DNS name without dots at its ends: `work.internal`. Names below `internal` have no owner on the
   * internet; those below a top-level domain (`work` is one) may, and get a warning. Not `local`, `localhost`, `onion`
   * or `arpa`, which clients do not ask a DNS server for. @default the name of the tailnet
   */
  readonly suffix?: string;
  /**
   * Domains of the tailnet whose names keep their form, so that certificates and virtual hosts fit: its MagicDNS domain
   * (`tail1234.ts.net`), and those for which its settings name resolvers (split DNS). The gateway's DNS server answers for
   * them beside the suffix, and `wiki.corp.example.<suffix>` is found, too. Lower case, none within another one. @default none
   */
  readonly domains?: readonly string[];
  /**
   * Number of the tailnet's RouteBridge: clients then get the addresses by which they reach the tailnet without a proxy
   * (AAAA, and no A). What the SOCKS port looks up stays as it is. @default none; in a configuration that of `route`
   */
  readonly site?: number | undefined;
  /**
   * Whether that RouteBridge offers the tailnet's own machines. Without, they have no names for clients that use its routes.
   * @default true; in a configuration that of `route`
   */
  readonly machines?: boolean;
}

/** @internal Checked arguments of a suffix. */
export interface SuffixSettings {
  readonly suffix: string;
  readonly domains: readonly string[];
  /** Without: clients reach the tailnet by a proxy. */
  readonly site?: number | undefined;
  readonly machines: boolean;
}

/** @internal */
export const nameLike = (example: string) =>
  text(
    `a lower-case DNS name of at most 100 characters, for example "${example}", and not one of local, localhost, onion, arpa`,
    isSuffix,
  );

const schema = group({
  suffix: nameLike("work.internal"),
  domains: list("a list of domains", nameLike("tail1234.ts.net")).default([]),
  site: whole("the number of a RouteBridge", 0, 65535).optional(),
  machines: yesOrNo.default(true),
});

/** @internal What is unwise about a suffix that is allowed, or `null`. */
export function suffixWarning(suffix: string): string | null {
  if (!TOP_LEVEL_DOMAINS.has(suffix)) return null;
  return (
    `suffix "${suffix}" is a top-level domain of the internet: clients that ask the gateway for it no longer find the ` +
    `sites there, and a client that asks another resolver is led to strangers, for 10.0.0.50.${suffix} to whoever ` +
    `owns 50.${suffix}; "${suffix}.internal" can belong to nobody`
  );
}

/** @internal Looks at the arguments of a suffix for the tailnet called `tailnet`. `at` is put before every path. */
export function checkSuffix(tailnet: string, args: unknown, at = ""): Checked<SuffixSettings> {
  const checked = check(schema, withDefault(args, "suffix", tailnet), at);
  const { settings } = checked;
  const problems = [
    ...checked.problems,
    ...(settings === null ? [] : [...nested(settings, at), ...idleMachines(settings, at)]),
  ];
  return problems.length > 0 ? { settings: null, problems } : checked;
}

function idleMachines({ machines, site }: Pick<SuffixSettings, "machines" | "site">, at: string): Problem[] {
  if (machines || site !== undefined) return [];
  const text = "does nothing without a site: machines have no names for clients that use routes";
  return [{ path: `${at}machines`, text }];
}

/** One DNS server answers for all of them: each name must have one place. */
function nested({ suffix, domains }: Pick<SuffixSettings, "suffix" | "domains">, at: string): Problem[] {
  const names = [
    { path: `${at}suffix`, name: suffix },
    ...domains.map((name, index) => ({ path: `${at}domains[${index}]`, name })),
  ];
  return names.flatMap(({ path, name }, index) =>
    names
      .slice(0, index)
      .filter((other) => contains(name, other.name) || contains(other.name, name))
      .map((other) => ({
        path,
        text: `"${name}" and "${other.name}" (${other.path}) contain one another: one of them is enough`,
      })),
  );
}

/** @internal Whether `name` is `domain` or below it. */
export function contains(domain: string, name: string): boolean {
  return name === domain || name.endsWith(`.${domain}`);
}

/** The last label needs a letter: `10.0.0.1.5` would be no clear name. */
function isSuffix(value: string): boolean {
  const labels = value.split(".");
  const last = labels.at(-1) ?? "";
  const proper = labels.every((label) => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label));
  return (
    proper &&
    value.length <= 100 &&
    /[a-z]/.test(last) &&
    !["local", "localhost", "onion", "arpa"].includes(last)
  );
}

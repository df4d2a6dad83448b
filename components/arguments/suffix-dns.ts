import { type Checked, check } from "./values/check.ts";
import { group, text, whole } from "./values/plain.ts";
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
   * Number of the tailnet's RouteBridge: clients then get the addresses by which they reach the tailnet without a proxy
   * (AAAA, and no A). What the SOCKS port looks up stays as it is. @default none; in a configuration that of `route`
   */
  readonly site?: number | undefined;
}

/** @internal Checked arguments of a suffix. */
export interface SuffixSettings {
  readonly suffix: string;
  /** Without: clients reach the tailnet by a proxy. */
  readonly site?: number | undefined;
}

/** @internal */
export const suffixName = text(
  'a lower-case DNS name of at most 100 characters, for example "work.internal", and not one of local, localhost, onion, arpa',
  isSuffix,
);

const schema = group({
  suffix: suffixName,
  site: whole("the number of a RouteBridge", 0, 65535).optional(),
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
  return check(schema, typeof args === "object" ? { suffix: tailnet, ...args } : args, at);
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

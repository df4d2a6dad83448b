import { type Checked, check } from "./values/check.ts";
import { group, text } from "./values/plain.ts";

/** Arguments of a suffix, its tailnet aside. */
export interface SuffixArgs {
  /**
   * Lower-case DNS name without dots at its ends: `work`, `work.internal`. Not `local`, `localhost`,
   * `onion` or `arpa`, which clients do not ask a DNS server for. @default the name of the tailnet
   */
  readonly suffix?: string;
}

/** @internal Checked arguments of a suffix. */
export interface SuffixSettings {
  readonly suffix: string;
}

const schema = group({
  suffix: text(
    'a lower-case DNS name of at most 100 characters, for example "work", and not one of local, localhost, onion, arpa',
    isSuffix,
  ),
});

/** The commonest; all of them are more than a thousand, and most of those are missed by few. */
const TOP_LEVEL = new Set(
  (
    "com net org edu gov mil int info biz name pro mobi app dev page cloud online site shop store tech blog xyz " +
    "ai io co me tv cc eu de at ch fr it es pt nl be lu uk ie dk se no fi is pl cz sk hu ro bg gr tr ru ua " +
    "us ca mx br ar cl au nz jp kr cn hk tw in sg za il"
  ).split(" "),
);

/** @internal What is unwise about a suffix that is allowed, or `null`. */
export function suffixWarning(suffix: string): string | null {
  if (!TOP_LEVEL.has(suffix)) return null;
  return `suffix "${suffix}" is a top-level domain of the internet: clients that ask the gateway for it no longer find the sites there; "${suffix}-net" is no domain of the internet`;
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

import { group, text } from "./kinds.ts";
import { type Checked, check } from "./problem.ts";

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

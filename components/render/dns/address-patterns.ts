import type { Network } from "../ipv4.ts";

/** Regular expression (of Go and of JavaScript) for 0 to 255 without leading zeros. */
export const octetPattern = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";

/** Regular expression for an IPv4 address in dotted decimal form. */
export const addressPattern = `(?:${octetPattern}\\.){3}${octetPattern}`;

const hextetPattern = "[0-9a-f]{1,4}";

/**
 * Regular expressions for an IPv6 address with hyphens for its colons, `fd00-1--50`: all eight groups; or `--` in one place,
 * not the first, and one of `tooMany`. Of Go, also as texts of CoreDNS's expressions: there is no backslash in them. Written
 * as one, with each place of `--` by itself, they are twice as long, and stand in the state of each tailnet.
 */
export const hyphenated = {
  whole: `(?:${hextetPattern}-){7}${hextetPattern}`,
  shortened: `(?:${hextetPattern}-)+-(?:${hextetPattern}(?:-${hextetPattern})*)?`,
  tooMany: `(?:${hextetPattern}--?){7}${hextetPattern}[^.]*`,
} as const;

/** Regular expression with a group for each piece of such an address, hyphens among them; those that it lacks are empty. */
export const hyphenatedPieces = `([0-9a-f]*)${"(-?)([0-9a-f]*)".repeat(8)}`;

/**
 * Regular expression for those of such addresses that are of no machine, or of many: ::/16, where the loopback and
 * IPv4 addresses in another form are; fe80::/10; ff00::/8.
 */
export const refusedHyphenatedPattern = "(?:0{1,4}|fe[89ab][0-9a-f]|ff[0-9a-f]{2})-[^.]*";

/** `text` as a regular expression for itself. The text has letters, digits, hyphens and dots only. */
export function escapePattern(text: string): string {
  return text.replaceAll(".", "\\.");
}

/** Regular expression for the addresses of networks; it takes any digits where every octet is allowed. */
export function networksPattern(networks: readonly Network[]): string {
  return anyOf(networks.map((network) => [0, 1, 2, 3].map((index) => octetsOf(network, index))));
}

/** What the alternatives end with is said once for all of them. */
function anyOf(alternatives: readonly (readonly string[])[]): string {
  const lasts = [...new Set(alternatives.map((octets) => octets.at(-1)))];
  return lasts
    .map((last) => {
      const rests = alternatives
        .filter((octets) => octets.at(-1) === last)
        .map((octets) => octets.slice(0, -1));
      if (rests.some((rest) => rest.length === 0)) return last;
      return `${rests.length === 1 ? anyOf(rests) : `(?:${anyOf(rests)})`}\\.${last}`;
    })
    .join("|");
}

/** The values of the octet at `index`, 0 to 3. */
function octetsOf({ first, prefix }: Network, index: number): string {
  const low = first.octets[index] ?? 0;
  const freeBits = Math.min(Math.max(8 * (index + 1) - prefix, 0), 8);
  if (freeBits === 8) return "\\d+";
  if (freeBits === 0) return String(low);
  const high = low + 2 ** freeBits - 1;
  const tens = Array.from({ length: Math.floor(high / 10) + 1 }, (_, ten) => ten).slice(Math.floor(low / 10));
  return `(?:${tens.map((ten) => decade(ten, low, high)).join("|")})`;
}

/** `22[4-9]`: of the numbers that begin with the same tens, those from `low` to `high`. */
function decade(ten: number, low: number, high: number): string {
  return `${ten || ""}[${Math.max(low - 10 * ten, 0)}-${Math.min(high - 10 * ten, 9)}]`;
}

/** An IPv4 network: its first address as an unsigned 32-bit number, and the length of its prefix, 0 to 32. */
export interface Network {
  readonly first: number;
  readonly prefix: number;
}

const OCTET = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const ADDRESS = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`);

/** Regular expression (of Go and of JavaScript) for 0 to 255 without leading zeros. */
export const octetPattern = OCTET;

/** Regular expression for an IPv4 address in dotted decimal form. */
export const addressPattern = `(?:${OCTET}\\.){3}${OCTET}`;

/** Whether `text` is an IPv4 address in dotted decimal form, without leading zeros. */
export function isAddress(text: string): boolean {
  return ADDRESS.test(text);
}

/** `10.0.0.1` as 167772161. The text must be an address. */
export function toNumber(address: string): number {
  return address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
}

/** 167772161 as `10.0.0.1`. */
export function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/** `10.0.0.0/8` or a single address as a network; `null` if it is neither or has bits set behind the prefix. */
export function parseNetwork(text: string): Network | null {
  const [address = "", length = "32", ...rest] = text.split("/");
  if (rest.length > 0 || !isAddress(address) || !/^(?:3[0-2]|[12]?[0-9])$/.test(length)) return null;
  const network = { first: toNumber(address), prefix: Number(length) };
  return network.first % sizeOf(network) === 0 ? network : null;
}

/** Number of addresses in a network. */
export function sizeOf({ prefix }: Network): number {
  return 2 ** (32 - prefix);
}

/** `10.0.0.0/8`. */
export function showNetwork({ first, prefix }: Network): string {
  return `${toAddress(first)}/${prefix}`;
}

/** Whether two networks have an address in common. */
export function overlap(one: Network, other: Network): boolean {
  return one.first < other.first + sizeOf(other) && other.first < one.first + sizeOf(one);
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
  const low = (first >>> (24 - 8 * index)) & 255;
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

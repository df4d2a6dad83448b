import { z } from "zod";
import { refusal } from "../arguments/values/refusal.ts";
import type { ClientFacts } from "../render/clients/facts.ts";

/** Facts as text, a line for each tailnet of a gateway: a stack shows its outputs, and of one that changes all that is in it. */

/** `address=100.64.0.10&tailnet=work&port=11080&suffix=work.internal`, … */
export function linesOf(facts: ClientFacts): string[] {
  return facts.flatMap(({ tailnets, address, ...gateway }) =>
    Object.entries(tailnets).map(([tailnet, own]) => {
      const fields = Object.entries({ address, tailnet, ...gateway, ...own });
      const pairs = fields.flatMap(([key, value]) =>
        [value].flat().map((one): [string, string] => [key, String(one)]),
      );
      return new URLSearchParams(pairs).toString();
    }),
  );
}

/** The same the other way round; what is in the lines is not looked at yet. */
export const facts = z
  .array(z.string({ error: refusal("a line of text") }), {
    error: refusal("a list of lines, as a stack has them"),
  })
  .transform((lines) => lines.map(read).reduce<Unchecked[]>(joined, []));

/** Facts of a gateway as its lines have them, before `checkClientFacts`. */
interface Unchecked {
  readonly address: unknown;
  readonly dnsPort?: unknown;
  readonly onePort?: unknown;
  readonly tailnets: Readonly<Record<string, unknown>>;
}

const LISTS = ["users", "domains"];

function read(line: string): Unchecked {
  const words = new URLSearchParams(line);
  const all = [...new Set(words.keys())].map((key): [string, unknown] => [
    key,
    LISTS.includes(key) ? words.getAll(key) : meant(words.get(key) ?? ""),
  ]);
  const { address, tailnet, dnsPort, onePort, ...own } = Object.fromEntries<unknown>(all);
  return {
    address,
    ...(dnsPort !== undefined && { dnsPort }),
    ...(onePort !== undefined && { onePort }),
    tailnets: { [String(tailnet)]: own },
  };
}

function meant(word: string): string | number | boolean {
  if (/^\d+$/.test(word)) return Number(word);
  return word === "true" || word === "false" ? word === "true" : word;
}

/** Two tailnets of one name at one address are of two gateways: that is said later. */
function joined(before: Unchecked[], one: Unchecked): Unchecked[] {
  const [name = ""] = Object.keys(one.tailnets);
  const isSame = ({ address, tailnets }: Unchecked) =>
    address === one.address && !Object.hasOwn(tailnets, name);
  const index = before.findIndex(isSame);
  if (index === -1) return [...before, one];
  return before.map((other, at) =>
    at === index ? { ...other, tailnets: { ...other.tailnets, ...one.tailnets } } : other,
  );
}

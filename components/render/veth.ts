import { createHash } from "node:crypto";
import { type Network, overlap, parseNetwork, showNetwork, toAddress } from "./ipv4.ts";
import { VETH_RANGE } from "./names.ts";

/** The four addresses between the host and one namespace. */
export interface Veth {
  /** `10.200.0.4/30`. */
  readonly subnet: string;
  /** Address of the host's end. */
  readonly host: string;
  /** Address of the namespace's end. */
  readonly inside: string;
}

/**
 * The /30 of a tailnet that was given none: the same name always has the same one of the 16,384 in
 * 10.200.0.0/16. Two names may meet; that is found when both are on one gateway.
 */
export function defaultVeth(name: string): string {
  const range = parseNetwork(VETH_RANGE);
  if (range === null) throw new Error(`${VETH_RANGE} is not a network`);
  const slot = createHash("sha256").update(name, "utf8").digest().readUInt16BE(0) >>> 2;
  return showNetwork({ first: range.first + 4 * slot, prefix: 30 });
}

/** Addresses in `network`, which must be a /30. */
export function vethOf(network: Network): Veth {
  return {
    subnet: showNetwork(network),
    host: toAddress(network.first + 1),
    inside: toAddress(network.first + 2),
  };
}

/** `networks`, and `subnet` too if it lies outside the range of the default ones. */
export function withVeth(networks: readonly string[], subnet: string): readonly string[] {
  const [range, veth] = [parseNetwork(VETH_RANGE), parseNetwork(subnet)];
  return range && veth && overlap(range, veth) ? networks : [...networks, subnet];
}

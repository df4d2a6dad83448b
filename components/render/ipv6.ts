import { isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

/** Whether `text` is an IPv6 address, without a zone: that means something on one machine only. */
export function isAddress6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}

/** An IPv6 address as the kernel and every program here print it, whatever way it was written. */
export function asPrinted(address: string): string {
  return ipaddr.IPv6.parse(address).toRFC5952String();
}

/** An IPv6 address as /proc has it: 32 digits. */
export function asHex(address: string): string {
  return Buffer.from(ipaddr.IPv6.parse(address).toByteArray()).toString("hex");
}

/** What stands before a port, in URLs and in units: an IPv6 address in brackets. */
export function withBrackets(address: string): string {
  return address.includes(":") ? `[${address}]` : address;
}

/** What nft calls the family of an address or a network. */
export function familyOf(address: string): "ip" | "ip6" {
  return address.includes(":") ? "ip6" : "ip";
}

import { shell } from "../toolchain/command.ts";
import type { Instance } from "./instance.ts";
import { machineLink, switchNetns } from "./names.ts";
import { type HostName, type Link, machineAddress, routerAddress } from "./topology.ts";

/**
 * The laboratory's internet: a namespace with its bridges, a router that knows no way out, and a link to this machine.
 * Nothing happens to what is there already.
 */
export async function plugInSwitch(instance: Instance): Promise<void> {
  await shell(wire, [
    switchNetns(instance),
    machineLink(instance),
    `${machineAddress(instance)}/24`,
    `${routerAddress(instance)}/24`,
  ]);
}

const wire = `
netns=$1 link=$2 machine=$3 router=$4
[ -e "/run/netns/$netns" ] || ip netns add "$netns"
ip -n "$netns" link set lo up
for bridge in internet gwlan; do
  ip -n "$netns" link show "$bridge" > /dev/null 2>&1 ||
    ip -n "$netns" link add "$bridge" type bridge forward_delay 0 mcast_snooping 0
  ip -n "$netns" link set "$bridge" up
done
ip -n "$netns" address replace "$router" dev internet
ip netns exec "$netns" sh -c 'cd /proc/sys/net/ipv4
  echo 1 > ip_forward
  for link in all internet; do echo 0 > conf/$link/send_redirects; done'
ip link show "$link" > /dev/null 2>&1 || ip link add "$link" type veth peer name machine netns "$netns"
ip -n "$netns" link set machine master internet up
ip address replace "$machine" dev "$link"
ip link set "$link" up
`;

/** Takes the laboratory's internet away; hosts' ports go with it. */
export async function unplugSwitch(instance: Instance): Promise<void> {
  await shell('ip link delete "$1" 2>/dev/null || :; ip netns delete "$2" 2>/dev/null || :', [
    machineLink(instance),
    switchNetns(instance),
  ]);
}

/** Name of a host's port at the switch; at most 15 characters. */
export const portName = (host: HostName, link: Link): string =>
  link.bridge === "internet" ? host : `${host}-lan`;

/** Pulls a host's cable to the internet, or puts it back. The host's card sees the carrier go. */
export async function setCable(instance: Instance, host: HostName, state: "up" | "down"): Promise<void> {
  await shell('ip -n "$1" link set "$2" "$3"', [switchNetns(instance), host, state]);
}

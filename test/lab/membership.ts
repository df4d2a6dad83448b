import { existsSync, readFileSync } from "node:fs";
import type { Control } from "./control.ts";
import { exec, mustExec } from "./exec.ts";
import { type Instance, writeWhole } from "./instance.ts";
import { inHost } from "./names.ts";
import { type HostName, type HostPlan, lanPrefix, lanPrefix6 } from "./topology.ts";
import { until } from "./waiting.ts";

/** A host's own place in its tailnet. */
export interface Membership {
  /** Its address, 100.64.0.x: the same over reboots. */
  readonly address: string;
  /** Its full name in the tailnet, without the last dot. */
  readonly domain: string;
}

/** Makes the host's own tailscaled a member of its tailnet; at once when it is one already. */
export async function join(instance: Instance, plan: HostPlan, control: Control): Promise<Membership> {
  const known = membershipOf(instance, plan.name);
  if (known) return known;
  const membership = await joinNow(instance, plan, control);
  writeWhole(membershipFile(instance, plan.name), JSON.stringify(membership));
  return membership;
}

/** The host's place in its tailnet, once it has joined. */
export function membershipOf(instance: Instance, host: HostName): Membership | undefined {
  const file = membershipFile(instance, host);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Membership) : undefined;
}

const membershipFile = (instance: Instance, host: HostName) => inHost(instance, host, "membership.json");

/** What a subnet router offers. */
const LAN = [lanPrefix, lanPrefix6];

async function joinNow(instance: Instance, plan: HostPlan, control: Control): Promise<Membership> {
  const routes = plan.lan === "advertised" ? [`--advertise-routes=${LAN.join(",")}`] : [];
  const key = await control.preauthKey();
  const settings = [
    `--login-server=${control.url}`,
    `--auth-key=${key}`,
    "--accept-dns=false",
    "--accept-routes=false",
  ];
  const up = ["tailscale", "up", "--timeout=15s", "--reset", ...settings, ...routes];
  const first = await exec(instance, plan.name, up);
  if (first.code !== 0) {
    // A daemon that asked while its control server was not there yet may wait long before it asks again.
    await mustExec(instance, plan.name, ["systemctl", "restart", "tailscaled"]);
    await mustExec(instance, plan.name, up);
  }
  const { Self } = await status(instance, plan);
  if (routes.length > 0) await approve(control, Self.PublicKey);
  return { address: Self.TailscaleIPs[0] ?? "", domain: Self.DNSName.replace(/\.$/, "") };
}

interface Status {
  readonly BackendState: string;
  readonly Self: {
    readonly PublicKey: string;
    readonly TailscaleIPs: readonly string[];
    readonly DNSName: string;
    readonly Online: boolean;
  };
  readonly Peer?: Readonly<Record<string, { readonly TailscaleIPs?: readonly string[] }>> | null;
}

async function status(instance: Instance, plan: HostPlan): Promise<Status> {
  return JSON.parse(await mustExec(instance, plan.name, ["tailscale", "status", "--json"])) as Status;
}

/** The server hears of the routes a moment after the node has joined. */
async function approve(control: Control, nodeKey: string): Promise<void> {
  await until(
    `routes of a node of ${control.tailnet}`,
    async () => {
      const node = (await control.nodes()).find((candidate) => candidate.nodeKey === nodeKey);
      if (!node || !LAN.every((network) => node.availableRoutes.includes(network))) return false;
      await control.approveRoutes(node.id, LAN);
      return true;
    },
    20_000,
    "is its tailscaled running?",
  );
}

/**
 * Waits until a host that is a member has reached its tailnet again, as after a boot, and its routes are in place.
 *
 * @param others how many other nodes it must know.
 */
export async function untilJoined(instance: Instance, plan: HostPlan, others = 0): Promise<void> {
  const joined = async () => {
    const { code, stdout } = await exec(
      instance,
      plan.name,
      "ip -4 route show table 52; tailscale status --json",
    );
    if (code !== 0) return false;
    const at = stdout.indexOf("{");
    const routes = stdout.slice(0, at);
    const { BackendState, Self, Peer } = JSON.parse(stdout.slice(at)) as Status;
    // The daemon says Running a moment before the kernel knows its peers.
    const peers = Object.values(Peer ?? {}).map((peer) => peer.TailscaleIPs?.[0] ?? "");
    return (
      BackendState === "Running" &&
      Self.Online &&
      peers.length >= others &&
      ["100.100.100.100", ...peers].every((address) => routes.includes(`${address} `))
    );
  };
  await until(
    `tailscale of ${plan.name}`,
    joined,
    // beside other laboratories, after a boot
    90_000,
    `npm run lab -- exec ${plan.name} tailscale status`,
  );
}

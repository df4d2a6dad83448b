import type { Lab } from "../index.ts";
import { until } from "../waiting.ts";

/** Has the client offer routes to the primary tailnet, whose administrator approves them. */
export async function advertiseAtHome(lab: Lab, setting: string, routes: readonly string[]): Promise<void> {
  const { home } = lab.controls;
  await lab.mustExec("client", ["tailscale", "set", setting]);
  const approved = async () => {
    const node = (await home.nodes()).find(({ givenName }) => givenName === "client");
    if (!node || !routes.every((route) => node.availableRoutes.includes(route))) return false;
    await home.approveRoutes(node.id, routes);
    return true;
  };
  await until("the client's routes", approved, 20_000, "journalctl -u tailscaled on client");
}

/** Changes the settings of the gateway's own tailscaled, and waits until its packets for `target` go into the tailnet. */
export async function setAtGateway(lab: Lab, settings: readonly string[], target: string): Promise<void> {
  // refused until the gateway has heard what the other offers
  const isSet = async () => (await lab.exec("gateway", ["tailscale", "set", ...settings])).code === 0;
  await until(`tailscale set ${settings.join(" ")}`, isSet, 20_000, "tailscale status on gateway");
  const led = async () => (await lab.exec("gateway", `ip route get ${target}`)).stdout.includes("tailscale0");
  await until(`a way to ${target} by the tailnet`, led, 20_000, "ip route show table 52 on gateway");
}

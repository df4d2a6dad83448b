import type { HostPath } from "../../../providers/engine/kinds/names.ts";

export interface NodeSettings {
  readonly loginServer: string;
  readonly hostname: string;
  readonly acceptDns: boolean;
  readonly acceptRoutes: boolean;
  readonly advertiseRoutes: readonly string[];
  readonly exitNode: string;
}

/**
 * tailscaled's configuration file. Every field, always: a field that is left out keeps its former value.
 *
 * @param authKey file that holds the key; it must exist at every start, even if the node is logged in.
 */
export function nodeConfig(settings: NodeSettings, authKey: HostPath): string {
  const fields = {
    Version: "alpha0",
    Locked: true,
    ServerURL: settings.loginServer,
    AuthKey: `file:${authKey}`,
    Enabled: true,
    Hostname: settings.hostname,
    acceptDNS: settings.acceptDns,
    acceptRoutes: settings.acceptRoutes,
    exitNode: settings.exitNode,
    allowLANWhileUsingExitNode: false,
    AdvertiseRoutes: settings.advertiseRoutes,
    AdvertiseExitNode: false,
    DisableSNAT: false,
    RunSSHServer: false,
    ShieldsUp: false,
    NetfilterMode: "on",
    AutoUpdate: { Check: false, Apply: false },
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

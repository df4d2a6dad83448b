export interface NodeSettings {
  readonly loginServer: string;
  readonly hostname: string;
  readonly acceptDns: boolean;
  readonly acceptRoutes: boolean;
  readonly advertiseRoutes: readonly string[];
  readonly exitNode: string;
}

/** tailscaled's configuration file. Every field, always: a field that is left out keeps its former value. */
export function nodeConfig(settings: NodeSettings): string {
  const fields = {
    Version: "alpha0",
    Locked: true,
    ServerURL: settings.loginServer,
    // An empty key: tailscaled asks to be logged in, and shows no key when it starts. See templates/link/login.mustache.
    AuthKey: "file:/dev/null",
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
    RunWebClient: false,
    // An administrator of the tailnet would change what is written here.
    RemoteConfig: false,
    ShieldsUp: false,
    NetfilterMode: "on",
    AutoUpdate: { Check: false, Apply: false },
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

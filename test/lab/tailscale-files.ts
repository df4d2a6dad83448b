import { enabledUnit, type HostFiles } from "./files.ts";
import { unitFile } from "./unit-files.ts";

/** The host's own tailscaled, with the unit that Tailscale's Debian package has; the programs come separately. */
export const tailscaleFiles: HostFiles = {
  "/etc/default/tailscaled": 'PORT="41641"\nFLAGS="--no-logs-no-support"\n',
  ...enabledUnit(
    "tailscaled.service",
    unitFile({
      Unit: [
        ["Description", "Tailscale node agent"],
        ["Wants", "network-pre.target"],
        ["After", "network-pre.target NetworkManager.service systemd-resolved.service"],
      ],
      Service: [
        ["EnvironmentFile", "/etc/default/tailscaled"],
        [
          "ExecStart",
          "/usr/sbin/tailscaled --state=/var/lib/tailscale/tailscaled.state --socket=/run/tailscale/tailscaled.sock --port=${PORT} $FLAGS",
        ],
        ["ExecStopPost", "/usr/sbin/tailscaled --cleanup"],
        ["Restart", "on-failure"],
        ["RuntimeDirectory", "tailscale"],
        ["RuntimeDirectoryMode", "0755"],
        ["StateDirectory", "tailscale"],
        ["StateDirectoryMode", "0700"],
        ["CacheDirectory", "tailscale"],
        ["CacheDirectoryMode", "0750"],
        ["Type", "notify"],
      ],
      Install: [["WantedBy", "multi-user.target"]],
    }),
  ),
};

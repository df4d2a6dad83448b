/** Lines of a unit file: section -> settings in order. */
export type UnitSections = Readonly<Record<string, readonly (readonly [string, string])[]>>;

/** A systemd unit file's text. */
export function unitFile(sections: UnitSections): string {
  return Object.entries(sections)
    .map(
      ([section, settings]) =>
        `[${section}]\n${settings.map(([key, value]) => `${key}=${value}\n`).join("")}`,
    )
    .join("\n");
}

/** A unit that runs `commands` once at boot and then counts as active. */
export function onceAtBoot(
  description: string,
  commands: readonly string[],
  unit: UnitSections[string] = [],
): string {
  return unitFile({
    Unit: [["Description", description], ...unit],
    Service: [
      ["Type", "oneshot"],
      ["RemainAfterExit", "yes"],
      ...commands.map((command) => ["ExecStart", command] as const),
    ],
    Install: [["WantedBy", "multi-user.target"]],
  });
}

/** A unit that keeps `command` running. */
export function keptRunning(
  description: string,
  command: string,
  service: UnitSections[string] = [],
): string {
  return unitFile({
    Unit: [
      ["Description", description],
      ["Wants", "network-online.target"],
      ["After", "network-online.target uplink.service lan.service"],
    ],
    Service: [["ExecStart", command], ["Restart", "always"], ["RestartSec", "200ms"], ...service],
    Install: [["WantedBy", "multi-user.target"]],
  });
}

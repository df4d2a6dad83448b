/** Values of a key in a unit file, in order, one for each line. */
export function valuesOf(text: string, key: string): string[] {
  return text.split("\n").flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
}

/** The same, for keys that hold lists of names. */
export function namesOf(text: string, key: string): string[] {
  return valuesOf(text, key).flatMap((value) => value.split(" ").filter((name) => name !== ""));
}

/** Directories that systemd keeps for a unit and `systemctl clean` deletes. */
export function directoriesOf(text: string): string[] {
  return [
    ...namesOf(text, "StateDirectory").map((name) => `/var/lib/${name}`),
    ...namesOf(text, "CacheDirectory").map((name) => `/var/cache/${name}`),
  ];
}

/** What the unit's own commands write below /run/tsproxy when it is started or reloaded. */
export function stampsOf(text: string, key: "ExecStartPost" | "ExecReload"): [path: string, value: string][] {
  return valuesOf(text, key).flatMap((command) =>
    [...command.matchAll(/echo ([0-9a-f]*) *>(\/run\/tsproxy\/[^\s"]+)/g)].map(
      ([, value = "", path = ""]): [string, string] => [path, value],
    ),
  );
}

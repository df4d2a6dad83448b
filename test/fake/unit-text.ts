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

/**
 * What is written below /run/tsproxy when the unit is started or reloaded, by the ends of the files' names: by the
 * stamp script, or in units of earlier builds by the command itself.
 */
export function stampsOf(text: string, key: "ExecStartPost" | "ExecReload"): [kind: string, value: string][] {
  return valuesOf(text, key).flatMap((command): [string, string][] => {
    const [, started, reloaded = ""] = /\/stamp %n (\S+) ?(\S*)$/.exec(command) ?? [];
    if (started === undefined) return echoesIn(command);
    if (started === "-") return [["reloaded", reloaded]];
    return [
      ["started", started],
      ["reloaded", reloaded],
    ];
  });
}

function echoesIn(command: string): [kind: string, value: string][] {
  return [...command.matchAll(/echo ([0-9a-f]*) *>\/run\/tsproxy\/\S+\.([a-z]+)/g)].map(
    ([, value = "", kind = ""]) => [kind, value],
  );
}

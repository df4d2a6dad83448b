import { SANDBOX_FILE } from "../../components/render/names.ts";
import { stamp } from "../../components/render/unit/stamp.ts";

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
 * stamp script of files as they are, in units of earlier builds of what stands in the command itself.
 *
 * @param read text of a file on the disk
 */
export function stampsOf(
  unit: string,
  text: string,
  key: "ExecStartPost" | "ExecReload",
  read: (path: string) => string,
): [kind: string, value: string][] {
  return valuesOf(text, key).flatMap((command): [string, string][] => {
    const [, program = "", rest = ""] = /^(\S+ ).*\/stamp %n ?(.*)$/.exec(command) ?? [];
    if (program.includes("nsenter")) return stampsOfFiles(unit, rest.split(" ").filter(Boolean), read);
    const [, words] = /\/stamp %n (.+)$/.exec(command) ?? [];
    return words === undefined ? echoesIn(command) : stampsIn(words);
  });
}

/** Files of which the unit leaves stamps, beside its own. */
export function pathsNoted(text: string): string[] {
  return valuesOf(text, "ExecStartPost").flatMap((command) => {
    const [, words = ""] = /nsenter .*\/stamp %n ?(.*)$/.exec(command) ?? [];
    return words
      .split(" ")
      .filter((word) => word !== "" && word !== "--" && word !== "-")
      .map(onDisk);
  });
}

function onDisk(path: string): string {
  return path.startsWith("/") ? path : `/etc/tsproxy/${path}`;
}

function stampsOfFiles(
  unit: string,
  words: readonly string[],
  read: (path: string) => string,
): [kind: string, value: string][] {
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const of = (paths: readonly string[]) => stamp(paths.map(onDisk).map(read));
  const around = unit.startsWith("tsproxy-") && unit.endsWith(".service") ? [SANDBOX_FILE] : [];
  const reloaded: [string, string] = ["reloaded", end === words.length ? "" : of(words.slice(end + 1))];
  if (words[0] === "-") return [reloaded];
  const started = of([`/etc/systemd/system/${unit}`, ...around, ...words.slice(0, end)]);
  return [["started", started], reloaded];
}

/** `STARTED RELOADED` or `- RELOADED`. */
function stampsIn(words: string): [kind: string, value: string][] {
  const [started = "", reloaded = ""] = words.split(" ");
  return [...(started === "-" ? [] : [["started", started] as const]), ["reloaded", reloaded]].map(
    ([kind = "", value = ""]) => [kind, value],
  );
}

function echoesIn(command: string): [kind: string, value: string][] {
  return [...command.matchAll(/echo ([0-9a-f]*) *>\/run\/tsproxy\/\S+\.([a-z]+)/g)].map(
    ([, value = "", kind = ""]) => [kind, value],
  );
}

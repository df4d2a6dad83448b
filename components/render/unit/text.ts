/** One line of a unit file: `["Restart", "always"]`. The value is written as it is. */
export type Entry = readonly [key: string, value: string];

/** A section with its lines in order: `["Unit", [["Description", "…"]]]`. */
export type Section = readonly [name: "Unit" | "Service" | "Socket" | "Install", entries: readonly Entry[]];

/** Sections as systemd reads them. */
export function unitText(sections: readonly Section[]): string {
  return sections
    .map(([name, entries]) => [`[${name}]`, ...entries.map((entry) => entry.join("=")), ""].join("\n"))
    .join("\n");
}

/**
 * A command line for Exec…= in which systemd expands nothing: every word reaches the program as it is.
 * The first word, an absolute path, may carry the prefixes of systemd.service(5) (`-`, `+`).
 */
export function command(...words: readonly string[]): string {
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  const literal = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  if (/^[A-Za-z0-9_@%+=:,./~$-]+$/.test(literal)) return literal;
  const escaped = literal
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

/** Ahead of a command: as root, and with the mounts of the host, whatever the unit's own are. */
export const ON_THE_HOST = ["+/usr/bin/nsenter", "-m/proc/1/ns/mnt"] as const;

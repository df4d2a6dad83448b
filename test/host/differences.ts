const resource = /^\s*([~+-]*)\s*(\S+:\S+:\S+): \(([\w-]+)\)$/;
const changed = /^\s*[~+-] (.*?)\s*(?:: \{|: \[)?$/;

/**
 * What a `preview --diff` shows as going to change: by resource, the marked lines with their marks,
 * such as `~ /etc/tsproxy/zones.d/work.zone` and `- # strange`. What a refresh has found is left out:
 * it is the same in digests.
 */
export function differences(output: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let lines: string[] | null = null;
  for (const line of output.split("\n")) {
    const [, , type, operation] = resource.exec(line) ?? [];
    if (type !== undefined)
      lines = type.endsWith(":HostState") && operation !== "refresh" ? [`(${operation})`] : null;
    // of the whole stack: what depends on the changes, and how many there are
    if (line.includes("--outputs:--") || line.startsWith("Resources:")) lines = null;
    if (lines === null) continue;
    const name = /^\s*\[urn=.*::(\S+)\]$/.exec(line)?.[1];
    if (name !== undefined) found[name] = lines;
    else if (type === undefined && changed.test(line)) lines.push(tidy(line));
  }
  return found;
}

/** Without alignment, without the brace that opens what is inside, and without the text of a whole file. */
function tidy(line: string): string {
  return line
    .trim()
    .replace(/^([+-] content): .*/, "$1")
    .replace(/\s*:\s*[{[]?$/, "")
    .replace(/\s+:/, ":");
}

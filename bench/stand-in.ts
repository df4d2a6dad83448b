import { STAMP_SCRIPT } from "./product.ts";

/**
 * A unit file of ours made startable on a machine without tailnets: what it runs is `sleep` for a daemon and `true`
 * for a one-shot, in the host's own network. Its sandbox, its dependencies, the stamps it leaves and its length in
 * bytes are those of the original: what goes stays behind as a comment.
 */
export function standInUnit(text: string): string {
  const program = /^Type=oneshot$/m.test(text) ? "/bin/true" : "/bin/sleep infinity";
  return text
    .split("\n")
    .map((line) => standInLine(line, program))
    .join("\n");
}

function standInLine(line: string, program: string): string {
  if (line.includes(STAMP_SCRIPT)) return line;
  const [key = ""] = line.split("=", 1);
  switch (key) {
    case "Type":
      // `sleep` never tells that it is ready.
      return line === "Type=notify" ? replaced(line, "Type=exec") : line;
    case "ExecStart":
      return replaced(line, `ExecStart=${program}`);
    case "ExecReload":
      return replaced(line, "ExecReload=/bin/true");
    case "ExecStartPre":
    case "ExecStartPost":
    case "ExecStopPost":
    case "NetworkNamespacePath":
      return replaced(line, "");
    default:
      return line;
  }
}

/** `text`, and the rest of `line` as a comment, so that both together are as long as `line` was. */
function replaced(line: string, text: string): string {
  const begun = text === "" ? "#" : `${text}\n#`;
  return begun + line.slice(begun.length);
}

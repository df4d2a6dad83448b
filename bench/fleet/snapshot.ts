import { createHash } from "node:crypto";
import type { ExecOptions } from "../../test/lab/exec.ts";
import type { Objects } from "../contract.ts";

/** Runs a shell program as root in the host. */
type Ask = (program: string, how: ExecOptions) => Promise<string>;

// The names come on standard input: files first, then an empty line, then units.
const look = `
set -eu
files() { while read -r name && [ -n "$name" ]; do printf '%s\\0' "$name"; done; }
list=$(mktemp)
files >"$list"
xargs -0r stat -c '%a %u:%g %F %n' <"$list" 2>&1 || :
xargs -0r sha256sum <"$list" 2>&1 || :
rm "$list"
xargs -r systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload
`;

/** See `Fleet.snapshot`. What is missing is part of the answer. */
export async function snapshotOf(ask: Ask, { files, units }: Objects): Promise<string> {
  const stdin = [...Object.keys(files).sort(), "", ...[...units].sort(), ""].join("\n");
  return createHash("sha256")
    .update(await ask(look, { stdin }))
    .digest("hex");
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../test/toolchain/command.ts";
import type { Objects } from "../contract.ts";
import { writeTree } from "./tool.ts";

/** Writes the script that converges a host to `objects` into `folder`; returns its path. */
export async function writeConvergeScript(objects: Objects, folder: string): Promise<string> {
  const tree = join(folder, "files");
  const archive = join(folder, "files.tar.gz");
  const script = join(folder, "converge.sh");
  writeTree(tree, objects.files);
  const names = Object.keys(objects.files).map((path) => path.slice(1));
  const owner = ["--owner=root:0", "--group=root:0"];
  await run(["tar", "--create", "--gzip", `--file=${archive}`, `--directory=${tree}`, ...owner, ...names]);
  writeFileSync(script, convergeScript(objects.units, readFileSync(archive)), { mode: 0o755 });
  return script;
}

/**
 * What an expert would write by hand: everything compared and unpacked at once by tar, and one call of systemctl per
 * question and per answer. It changes only what differs, and says `changed` when something did.
 *
 * @param archive tar.gz of the files, whose times do not matter.
 */
export function convergeScript(units: Objects["units"], archive: Buffer): string {
  const payload = (archive.toString("base64").match(/.{1,76}/g) ?? []).join("\n");
  return `#!/bin/sh
set -eu
umask 022
units="${units.join(" ")}"

files() {
  base64 -d <<'END'
${payload}
END
}

# Succeeds when a file is missing or has another content, mode or owner.
differ() {
  files | LC_ALL=C tar -dzf - -C / 2>&1 | grep -v ': Mod time differs$' >/dev/null
}

# Fails unless every unit answers the question with that word.
all() {
  [ "$(systemctl "$1" $units | grep -cxv "$2")" = 0 ]
}

if differ; then
  files | tar -xzpf - -C /
  systemctl daemon-reload
  echo changed
fi
all is-enabled enabled || { systemctl --quiet enable $units; echo changed; }
all is-active active || { systemctl start $units; echo changed; }
`;
}

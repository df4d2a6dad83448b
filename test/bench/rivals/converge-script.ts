import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../toolchain/command.ts";
import type { Objects } from "../contract.ts";
import { writeTree } from "./tool.ts";

/** Writes the script that converges a host to `objects` into `folder`; returns its path. */
export async function writeConvergeScript(objects: Objects, folder: string): Promise<string> {
  const tree = join(folder, "files");
  const archive = join(folder, "files.tar.gz");
  const script = join(folder, "converge.sh");
  writeTree(tree, objects.files);
  const names = Object.keys(objects.files).map((path) => path.slice(1));
  // Times are part of the comparison on the host, so they are the same at every run.
  const metadata = ["--mtime=@1000000000", "--owner=root:0", "--group=root:0", "--sort=name"];
  await run(["tar", "--create", "--gzip", `--file=${archive}`, `--directory=${tree}`, ...metadata, ...names]);
  writeFileSync(script, convergeScript(objects.units, readFileSync(archive)), { mode: 0o755 });
  return script;
}

/**
 * What an expert would write by hand: everything compared and unpacked at once by tar, and one call of systemctl per
 * question and per answer. It changes only what differs, and says `changed` when something did.
 *
 * @param archive tar.gz of the files, with fixed times.
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

# Fails unless every unit answers the question with that word.
all() {
  [ "$(systemctl "$1" $units | grep -cxv "$2")" = 0 ]
}

if ! files | tar -dzf - -C / >/dev/null 2>&1; then
  files | tar -xzpf - -C /
  systemctl daemon-reload
  echo changed
fi
all is-enabled enabled || { systemctl --quiet enable $units; echo changed; }
all is-active active || { systemctl start $units; echo changed; }
`;
}

/**
 * `npm run build`: makes dist/, or the folder that is named, anew, by Node alone, so that it works wherever Node does.
 * Templates and parts of the shell program lie there as they lie in the sources.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const checkout = import.meta.dirname;
const out = resolve(process.argv[2] ?? join(checkout, "dist"));

/** Copies what is no TypeScript in `folder`. */
function copyTexts(folder: string): void {
  const isText = (path: string) => statSync(path).isDirectory() || /\.(?:sh|mustache)$/.test(path);
  cpSync(join(checkout, folder), join(out, folder), { recursive: true, filter: isText });
}

rmSync(out, { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const compile = [tsc, "--project", join(checkout, "tsconfig.build.json"), "--outDir", out];
execFileSync(process.execPath, compile, { stdio: "inherit" });
for (const folder of [
  "components/cli",
  "components/templates",
  "providers/engine/program",
  "providers/tailscale",
])
  copyTexts(folder);
// npx runs it where it lies; npm sets the bit only where it installs the package
chmodSync(join(out, "components/cli/main.js"), 0o755);

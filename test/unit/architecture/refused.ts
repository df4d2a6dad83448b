import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

/** A file of the project, and a module that it might import, as it would be written there. */
export type Arrow = readonly [file: string, imported: string];

const BIOME = resolve("node_modules/@biomejs/biome/bin/biome");

/** An arrow as it reads in the title of a test. */
export const written = ([file, imported]: Arrow) => `${file} -> ${imported}`;

/**
 * Those of the arrows that biome refuses with the project's own biome.json. It is asked once: in an empty folder
 * stand files of the same names, with one import on each line, and biome names the lines that it refuses.
 */
export function refused(arrows: readonly Arrow[]): ReadonlySet<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tsproxy-arrows-")));
  try {
    cpSync("biome.json", join(folder, "biome.json"));
    const files = Map.groupBy(arrows, ([file]) => file);
    for (const [file, itsArrows] of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), itsArrows.map(([, from]) => `import "${from}";\n`).join(""));
    }
    const lines = [...linted(folder).matchAll(/^::error .*file=([^,]+),line=(\d+)/gm)];
    return new Set(
      lines.map(([, file = "", line]) => written(files.get(relative(folder, file))![Number(line) - 1]!)),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What biome says; its status is 1 when it refuses a line, so that anything worse shows as an answer without lines. */
function linted(folder: string): string {
  const rule = "--only=style/noRestrictedImports";
  const rest = ["--vcs-enabled=false", "--max-diagnostics=none", "--reporter=github", "."];
  const { stdout, stderr } = spawnSync(BIOME, ["lint", rule, ...rest], { cwd: folder, encoding: "utf8" });
  if (!stdout.includes("::error")) throw new Error(`biome refuses nothing: ${stdout}${stderr}`);
  return stdout;
}

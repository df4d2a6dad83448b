import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./command.ts";
import { type Locked, readLock, readManifest, runTime } from "./npm-lock.ts";

/**
 * Prints the bill of materials of a release: what a user of the library gets, as the lock has it (CycloneDX).
 *
 * `npm sbom --omit=dev` leaves out whatever a development dependency needs too, and @pulumi/command needs nearly all;
 * so npm is shown a project without any, and without workspaces, which no user gets.
 */
async function main(): Promise<void> {
  const manifest = ofRelease(readManifest());
  const lock = readLock();
  const root = ofRelease(lock[""] ?? {});
  const packages = Object.fromEntries(runTime(lock).map((place) => [place, lock[place]]));
  const scratch = mkdtempSync(join(tmpdir(), "tsproxy-sbom-"));
  try {
    const project = join(scratch, String(manifest.name));
    mkdirSync(project);
    const write = (file: string, content: unknown) =>
      writeFileSync(join(project, file), JSON.stringify(content));
    write("package.json", manifest);
    write("package-lock.json", { lockfileVersion: 3, requires: true, packages: { "": root, ...packages } });
    const command = ["npm", "sbom", "--sbom-format=cyclonedx", "--package-lock-only"];
    process.stdout.write(await run(command, { cwd: project }));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** Without what only this repository has. */
function ofRelease(entry: Readonly<Record<string, unknown>> | Locked): Readonly<Record<string, unknown>> {
  return { ...entry, devDependencies: undefined, workspaces: undefined };
}

await main();

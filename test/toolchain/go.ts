import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { installPackages, packageVersion } from "./apt.ts";
import { cached, inCache, recipeId } from "./cache.ts";
import { attempt, run } from "./command.ts";
import { versions } from "./versions.ts";

/** Programs built from one Go module, pinned by its version. */
export interface GoPrograms {
  readonly name: string;
  readonly version: string;
  /** Program name -> package path. */
  readonly packages: Readonly<Record<string, string>>;
  /** `-X` settings for the linker, as a list of `variable=value`. */
  readonly stamps?: readonly string[];
  /** A `replace` of the module's own go.mod, which Go ignores when the module is a dependency. */
  readonly replace?: string;
}

/** Where the programs lie once built. */
export function goDirectory(programs: GoPrograms): string {
  return inCache("bin", `${programs.name}-${programs.version}-${recipeId(programs)}`);
}

/** Builds the programs, statically linked, into a directory of the cache. Seconds to minutes; nothing when there. */
export async function buildGo(programs: GoPrograms): Promise<string> {
  const directory = goDirectory(programs);
  if (existsSync(directory)) return directory;
  const toolchain = await goToolchain();
  return cached(directory, `building ${programs.name} ${programs.version}`, async (part) => {
    const env = {
      ...toolchain,
      CGO_ENABLED: "0",
      GOFLAGS: "-mod=mod -trimpath -buildvcs=false",
      GOWORK: "off",
    };
    const work = await freshModule(programs, join(part, "module"));
    const packages = Object.entries(programs.packages);
    await run(["go", "get", ...packages.map(([, path]) => `${path}@v${programs.version}`)], {
      cwd: work,
      env,
    });
    const linker = ["-s -w", ...(programs.stamps ?? []).map((stamp) => `-X ${stamp}`)].join(" ");
    for (const [program, path] of packages) {
      await run(["go", "build", "-ldflags", linker, "-o", join(part, program), path], { cwd: work, env });
    }
    await run(["rm", "-rf", work]);
  });
}

async function freshModule(programs: GoPrograms, work: string): Promise<string> {
  await mkdir(work);
  const replace = programs.replace ? `\nreplace ${programs.replace}\n` : "";
  await writeFile(join(work, "go.mod"), `module laboratory\n\ngo ${versions.go}\n${replace}`);
  return work;
}

/**
 * The environment in which `go` is recent enough: a Go from 1.21 on fetches the toolchain it is told to.
 *
 * @throws Error that says how to get Go, when there is none and Debian's is too old.
 */
export async function goToolchain(): Promise<Record<string, string>> {
  let found = await goVersion();
  if (found === undefined && !older((await packageVersion("golang-go")) ?? "0", "1.21")) {
    await installPackages(["golang-go"]);
    found = await goVersion();
  }
  if (found === undefined || older(found, "1.21")) {
    throw new Error(
      `Go is missing: put Go ${versions.go} or newer on PATH (any Go from 1.21 on fetches it by itself)`,
    );
  }
  return older(found, versions.go) ? { GOTOOLCHAIN: `go${versions.go}` } : {};
}

async function goVersion(): Promise<string | undefined> {
  const { stdout } = await attempt(["go", "env", "GOVERSION"], { env: { GOTOOLCHAIN: "local" } }).catch(
    () => ({ stdout: "" }),
  );
  return stdout.match(/^go([\d.]+)/)?.[1];
}

/** Whether version `a` comes before `b`; an epoch and everything after the digits and dots is ignored. */
export function older(a: string, b: string): boolean {
  const numbers = (text: string) =>
    (text.replace(/^\d+:/, "").match(/^[\d.]+/)?.[0] ?? "0").split(".").map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "../../test/toolchain/apt.ts";
import { cached, inCache, recipeId } from "../../test/toolchain/cache.ts";
import { attempt, run } from "../../test/toolchain/command.ts";

/** The sets of packages in `requirements/`, each pinned and locked by digests; one virtual environment each. */
export type Requirements = "ansible" | "pyinfra";

/** A virtual environment with what `requirements/` names. */
export interface PythonEnvironment {
  /** Its interpreter. */
  readonly python: string;
  /** Where its packages lie. */
  readonly packages: string;
  /** Version of an installed package. @throws Error when there is none of that name. */
  version(name: string): Promise<string>;
}

/** Installs `requirements/<name>.txt` into the cache: seconds the first time. */
export async function pythonEnvironment(name: Requirements): Promise<PythonEnvironment> {
  const interpreter = await findInterpreter();
  const lock = join(import.meta.dirname, "requirements", `${name}.txt`);
  const recipe = recipeId(readFileSync(lock, "utf8"), interpreter);
  const directory = await cached(
    inCache("rivals", `${name}-${recipe}`),
    `installing ${name}`,
    async (part) => {
      await run([interpreter.program, "-m", "venv", part]);
      const pip = [join(part, "bin/python"), "-m", "pip", "install", "--quiet", "--no-input"];
      await run([...pip, "--require-hashes", "--only-binary", ":all:", "--requirement", lock]);
    },
  );
  const python = join(directory, "bin/python");
  const packages = await run([python, "-c", 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  return {
    python,
    packages: packages.trim(),
    version: async (project) => (await run([python, "-c", printVersion, project])).trim(),
  };
}

const printVersion = "import sys, importlib.metadata; print(importlib.metadata.version(sys.argv[1]))";

interface Interpreter {
  readonly program: string;
  /** `3.11.2` */
  readonly version: string;
}

/** Newest first: Ansible's releases of today want a newer Python than Debian 12 has. */
const candidates = ["python3.14", "python3.13", "python3.12", "python3"];

/** Succeeds where virtual environments can be made and what is locked can run. */
const probe =
  'import ensurepip, venv, sys; assert sys.version_info >= (3, 11); print("%d.%d.%d" % sys.version_info[:3])';

async function findInterpreter(): Promise<Interpreter> {
  const found = (await usable(candidates)) ?? (await installed());
  if (found === undefined)
    throw new Error(
      "Python 3.11 or newer is missing, with venv: put it on PATH as python3 and run this again",
    );
  return found;
}

async function usable(programs: readonly string[]): Promise<Interpreter | undefined> {
  for (const program of programs) {
    const { code, stdout } = await attempt([program, "-c", probe]).catch(() => ({ code: 127, stdout: "" }));
    if (code === 0) return { program, version: stdout.trim() };
  }
  return undefined;
}

/** Debian's. */
async function installed(): Promise<Interpreter | undefined> {
  await installPackages(["python3", "python3-venv"]);
  return usable(["/usr/bin/python3"]);
}

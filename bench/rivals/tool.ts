import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BenchHost, Fleet, Objects, Timing, Tool } from "../contract.ts";

/** A tool that is ready to be run on any hosts of its fleet. */
export type Runner = (hosts: readonly BenchHost[]) => Promise<Timing>;

/**
 * A tool whose files go into a folder of its own below the one that `prepare` is given. Preparing again begins anew,
 * whatever an earlier run left there.
 *
 * @param slug name of that folder.
 */
export function tool(
  name: string,
  slug: string,
  prepare: (fleet: Fleet, objects: Objects, folder: string) => Promise<Runner>,
): Tool {
  let runner: Runner | undefined;
  return {
    name,
    async prepare(fleet, objects, folder) {
      const own = join(folder, slug);
      rmSync(own, { recursive: true, force: true });
      mkdirSync(own, { recursive: true });
      runner = await prepare(fleet, objects, own);
    },
    async run(hosts) {
      if (runner === undefined) throw new Error(`${name} was not prepared`);
      return runner(hosts);
    },
  };
}

/** Writes `files` below `folder`, as they lie on a host: with their modes, whatever the umask. */
export function writeTree(folder: string, files: Objects["files"]): void {
  for (const [path, { mode, content }] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, Number.parseInt(mode, 8));
  }
}

/** Variables that a tool must not see: an agent's keys, and settings of the user who runs the benchmark. */
export const cleanEnvironment: Readonly<Record<string, string | undefined>> = {
  SSH_AUTH_SOCK: undefined,
  ...Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(ANSIBLE|MITOGEN|PYINFRA|PYTHON)/.test(name))
      .map((name) => [name, undefined]),
  ),
  LC_ALL: "C.UTF-8",
};

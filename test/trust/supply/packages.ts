import { join } from "node:path";
import { run } from "../../toolchain/command.ts";
import {
  isOwn,
  type Lock,
  type Locked,
  nameOf,
  readLock,
  readManifest,
  resolveIn,
  runTime,
} from "../../toolchain/npm-lock.ts";
import type { Trial } from "../contract.ts";

const checkout = join(import.meta.dirname, "../../..");

/** Each package of the lock by itself. @param change what is wrong with the lock */
export function lockedPackages(change: (lock: Lock) => Lock = (lock) => lock): Trial {
  const lock = change(readLock());
  const all = Object.keys(lock);
  return {
    name: "every package is pinned by its digest, comes from the registry, and finds what it needs",
    on: "memory",
    cases: { fast: all.length, whole: all.length },
    async open() {
      return {
        async try({ number }) {
          const place = all[number % all.length] ?? "";
          const wrong = [...originProblems(lock, place), ...needProblems(lock, place)];
          if (wrong.length > 0)
            throw new Error(`package-lock.json: ${place || "the library"} ${wrong.join("; ")}`);
        },
        close: async () => undefined,
        figures: () => ({ "packages looked at": all.length }),
      };
    },
  };
}

function originProblems(lock: Lock, place: string): string[] {
  const locked = lock[place] ?? {};
  const leadsHome = locked.link === true && isOwn(lock, locked.resolved ?? place);
  if (isOwn(lock, place) || leadsHome) return [];
  const { integrity, resolved, link, inBundle } = locked;
  const problems: string[] = [];
  if (link || inBundle) problems.push("is no package of a registry");
  if (resolved !== undefined && !/^https:\/\/[^/]+\/(?:@[^/]+\/)?[^/]+\/-\/[^/]+\.tgz$/.test(resolved))
    problems.push(`comes from ${resolved}, which is no registry`);
  if (!/^sha512-/.test(integrity ?? "") && !isElsewhereOnly(place, locked))
    problems.push("has no sha512 digest");
  return problems;
}

/**
 * Compilers and linters for other systems than Linux on x86-64: npm leaves out the digests of what it never
 * downloaded (npm/cli#4828). No user of the library gets any of them.
 */
function isElsewhereOnly(place: string, { dev, optional, os }: Locked): boolean {
  return dev === true && optional === true && os !== undefined && !/-linux-x64(?:-gnu)?$/.test(place);
}

function needProblems(lock: Lock, place: string): string[] {
  const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {}, ...more } = lock[place] ?? {};
  const needed = [
    ...Object.keys(dependencies),
    ...Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true),
    ...Object.keys(more.devDependencies ?? {}),
  ];
  const problems = needed
    .filter((name) => resolveIn(lock, place, name) === undefined)
    .map((name) => `needs ${name}, which is not there`);
  return place === "" ? [...problems, ...rootProblems(lock[""] ?? {})] : problems;
}

function rootProblems(root: Locked): string[] {
  const manifest = readManifest();
  return (["version", "dependencies", "devDependencies"] as const)
    .filter((key) => JSON.stringify(manifest[key]) !== JSON.stringify(root[key]))
    .map((key) => `has other ${key} than package.json`);
}

/**
 * Packages with an install script that the library does without, and what the script would have done. This
 * repository installs everything with `--ignore-scripts`, and all tests run with what that leaves.
 */
const NEEDLESS_SCRIPTS: Readonly<Record<string, string>> = {
  protobufjs: "warns of a version scheme",
  ssh2: "compiles an optional addon; the same is there in JavaScript",
  "cpu-features": "compiles an optional addon that ssh2 looks for",
};

/** Each run-time dependency by itself. @param change what is wrong with the lock */
export function runTimePackages(change: (lock: Lock) => Lock = (lock) => lock): Trial {
  const lock = change(readLock());
  const closure = runTime(lock);
  return {
    name: "every run-time dependency works without an install script, and is named in the bill of materials",
    on: "machine",
    cases: { fast: closure.length, whole: closure.length },
    async open() {
      const listed = await materials();
      return {
        async try({ number }) {
          const place = closure[number % closure.length] ?? "";
          const { version = "", hasInstallScript = false } = lock[place] ?? {};
          const name = nameOf(place);
          if (hasInstallScript && !(name in NEEDLESS_SCRIPTS))
            throw new Error(`${name} has an install script: find out what for, or do without the package`);
          if (!listed.has(`${name}@${version}`))
            throw new Error(`npm run sbom does not name ${name} ${version}`);
        },
        close: async () => undefined,
        figures: () => ({ "run-time packages": closure.length, "of them in the bill": listed.size }),
      };
    },
  };
}

/** `name@version` of all in the bill of materials. */
async function materials(): Promise<ReadonlySet<string>> {
  const text = await run(["npm", "run", "--silent", "sbom"], { cwd: checkout });
  const { bomFormat, components }: Bill = JSON.parse(text);
  if (bomFormat !== "CycloneDX") throw new Error(`npm run sbom writes ${bomFormat}, not CycloneDX`);
  return new Set(components.map(({ purl }) => decodeURIComponent(purl).replace(/^pkg:npm\//, "")));
}

interface Bill {
  readonly bomFormat: string;
  readonly components: readonly { readonly purl: string }[];
}

/** What npm needs to say where a release was built. @param manifest package.json */
export function provenance(manifest: Readonly<Record<string, unknown>> = readManifest()): Trial {
  return {
    name: "a release is published with its provenance, and holds what was listed",
    on: "memory",
    cases: { fast: 1, whole: 1 },
    async open() {
      return {
        async try() {
          const { publishConfig, files, scripts } = manifest;
          if (JSON.stringify(publishConfig) !== '{"access":"public","provenance":true}')
            throw new Error("package.json: publishConfig must be public, with provenance");
          if (!Array.isArray(files) || files.length === 0)
            throw new Error("package.json: files lists nothing");
          for (const hook of ["preinstall", "install", "postinstall"])
            if (Object.hasOwn(Object(scripts), hook))
              throw new Error(`package.json: ${hook} would run at users'`);
        },
        close: async () => undefined,
      };
    },
  };
}

/** The lock with one more package than there is. */
export function withPackage(place: string, locked: Locked): (lock: Lock) => Lock {
  return (lock) => ({ [place]: locked, ...lock });
}

/** The lock with something else about one of its packages. */
export function withChange(name: string, change: Partial<Locked>): (lock: Lock) => Lock {
  // the library's own: a tool may bring another version
  const place = `node_modules/${name}`;
  return (lock) => ({ ...lock, [place]: { ...lock[place], ...change } });
}

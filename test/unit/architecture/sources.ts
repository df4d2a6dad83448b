import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The source files of the product below a folder of the checkout, by their paths from there. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name))
    .sort();
}

/** An import or re-export of a file; `whole` is the statement. */
interface Import {
  readonly whole: string;
  readonly from: string;
  /** `import type …`: nothing of it is left at run time. */
  readonly ofTypes: boolean;
}

export function importsOf(file: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s)?(?:[^;"]*?\sfrom\s+)?"([^"]+)";|\bimport\("([^"]+)"\)/gm;
  return [...readFileSync(file, "utf8").matchAll(statement)].map(([whole, type, named, loaded]) => ({
    whole,
    from: named ?? loaded ?? "",
    ofTypes: type !== undefined,
  }));
}

/** Files of the checkout that a file imports, types included. */
export const importedBy = (file: string): string[] =>
  importsOf(file)
    .filter(({ from }) => from.startsWith("."))
    .map(({ from }) => join(dirname(file), from));

/** A way through imports that comes back to where it began, as the files it passes; null if there is none. */
export function circleAmong(
  files: readonly string[],
  next: (file: string) => readonly string[],
): readonly string[] | null {
  const without = new Set<string>();
  const circleFrom = (file: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (without.has(file)) return null;
    const found = firstOf(next(file), (following) => circleFrom(following, [...path, file]));
    if (found === null) without.add(file);
    return found;
  };
  return firstOf(files, (file) => circleFrom(file, []));
}

function firstOf<T, R>(values: readonly T[], find: (value: T) => R | null): R | null {
  for (const value of values) {
    const found = find(value);
    if (found !== null) return found;
  }
  return null;
}

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shell } from "./command.ts";
import { withProgress } from "./progress.ts";

/** Everything fetched or built once and kept, outside the checkout. */
export const cacheDirectory = process.env.TSPROXY_CACHE ?? "/var/cache/tsproxy-lab";

/** A path below the cache. */
export const inCache = (...parts: string[]): string => join(cacheDirectory, ...parts);

/** A short name for the recipe that something was made by: another recipe, another name, so nothing stale is used. */
export function recipeId(...recipe: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 8);
}

/**
 * Makes a directory of the cache unless it is there already.
 *
 * `make` fills a neighbour that is moved into place when complete: a run killed half-way leaves nothing that looks
 * finished, and the next run starts that one directory again. The neighbour's name is this run's own, because programs
 * of a killed run may go on writing into theirs.
 */
export async function cached(
  path: string,
  label: string,
  make: (part: string) => Promise<void>,
): Promise<string> {
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  await shell(removeParts, [path]);
  const part = `${path}.${process.pid}.part`;
  await mkdir(part);
  await withProgress(label, make(part));
  await rename(part, path);
  return path;
}

const removeParts = `
for part in "$1".*.part; do
  [ -e "$part" ] || continue
  awk -v start="$part/" 'index($2, start) == 1 {print $2}' /proc/mounts | while read -r mount; do umount -l "$mount"; done
  rm -rf --one-file-system "$part" || :
done
`;

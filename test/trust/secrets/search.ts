import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Canary } from "../../fake/canary.ts";

/** Looks for canaries in whatever it is given, and remembers where it found one. */
export class Search {
  readonly #canaries: Canary[] = [];
  readonly #found = new Set<string>();
  #texts = 0;

  add(canary: Canary): Canary {
    this.#canaries.push(canary);
    return canary;
  }

  in(place: string, text: string | Buffer): void {
    this.#texts++;
    for (const canary of this.#canaries) {
      const trace = canary.tracesIn(text);
      if (trace !== null) this.#found.add(`${place} shows ${trace}`);
    }
  }

  /** @param skip names of files and directories */
  inFilesOf(directory: string, skip: readonly string[] = []): void {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (skip.includes(entry.name)) continue;
      if (entry.isDirectory()) this.inFilesOf(path, skip);
      else if (entry.isFile())
        this.in(`${path}, mode ${(statSync(path).mode & 0o777).toString(8)},`, readFileSync(path));
    }
  }

  needles(): string[] {
    return this.#canaries.flatMap((canary) => canary.needles());
  }

  /** How many texts were searched. */
  get texts(): number {
    return this.#texts;
  }

  /** @throws Error with everything that was found since the last time */
  mustHaveFoundNothing(): void {
    const found = [...this.#found];
    this.#found.clear();
    if (found.length > 0) throw new Error(found.slice(0, 10).join("\n"));
  }

  /** Since the last time. */
  found(): string[] {
    const found = [...this.#found];
    this.#found.clear();
    return found;
  }
}

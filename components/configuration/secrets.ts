import { closest } from "fastest-levenshtein";
import type { Problem } from "../arguments/values/problem.ts";
import { GATEWAYS, SECRETS, type Tree } from "./tree.ts";

/** The secrets of a configuration, which stand apart from the rest of it. */
export class Secrets {
  readonly #given: Tree;
  /** Keys of all secrets that would belong to something. */
  readonly #wanted = new Set<string>();

  constructor(given: Tree) {
    this.#given = given;
  }

  /** The arguments called `names` of what has its secrets at `key`, as far as they are given. */
  of(key: string, names: readonly string[]): Tree {
    for (const name of names) this.#wanted.add(`${key}/${name}`);
    return Object.fromEntries(
      names
        .filter((name) => Object.hasOwn(this.#given, `${key}/${name}`))
        .map((name) => [name, this.#given[`${key}/${name}`]]),
    );
  }

  /** To be asked at the end, when it is known what all the others belong to. */
  unused(): Problem[] {
    return Object.keys(this.#given)
      .filter((key) => !this.#wanted.has(key))
      .map((key) => {
        const text = `belongs to nothing in ${GATEWAYS}; the form is <gateway>/<tailnet>/authKey${this.#nearest(key)}`;
        return { path: pathOf(key), text };
      });
  }

  #nearest(key: string): string {
    return this.#wanted.size === 0 ? "" : `, the nearest here "${closest(key, [...this.#wanted])}"`;
  }
}

/** Those arguments called `names` in `tree` that stand there, where all of the configuration is shown. */
export function misplaced(tree: Tree, at: string, key: string, names: readonly string[]): Problem[] {
  return names
    .filter((name) => name in tree)
    .map((name) => ({ path: `${at}.${name}`, text: `belongs in ${SECRETS}, as "${key}/${name}"` }));
}

/** What is wrong with the secret at `key`. */
export function secretProblem(key: string, text: string): Problem {
  const path = pathOf(key);
  if (!text.startsWith("is missing")) return { path, text };
  return { path, text: `is missing; set it: pulumi config set --secret --path '${path}'` };
}

function pathOf(key: string): string {
  return `${SECRETS}["${key}"]`;
}

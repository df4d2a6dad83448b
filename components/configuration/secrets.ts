import { closest, distance } from "fastest-levenshtein";
import type { Problem } from "../arguments/values/problem.ts";
import { isUserName, USER_NAME } from "../arguments/values/users.ts";
import { GATEWAYS, SECRETS, type Tree } from "./tree.ts";

/** The secrets of a configuration, which stand apart from the rest of it. */
export class Secrets {
  readonly #given: Tree;
  /** Keys of all secrets that would belong to something. */
  readonly #wanted = new Set<string>();
  /** Beginnings of those keys. */
  readonly #owners = new Set<string>();

  constructor(given: Tree) {
    this.#given = given;
  }

  /** The arguments called `names` of what has its secrets at `key`, as far as they are given. */
  of(key: string, names: readonly string[]): Tree {
    this.#owners.add(key);
    for (const name of names) this.#wanted.add(`${key}/${name}`);
    return Object.fromEntries(
      names
        .filter((name) => Object.hasOwn(this.#given, `${key}/${name}`))
        .map((name) => [name, this.#given[`${key}/${name}`]]),
    );
  }

  /** Those of the things called `names` at `key`, undefined where one is not given; of another one, a secret may stay. */
  each(key: string, names: readonly string[]): Tree {
    for (const name of names) this.#wanted.add(`${key}/${name}`);
    return Object.fromEntries(names.map((name) => [name, this.#given[`${key}/${name}`]]));
  }

  /**
   * Secrets that nothing has, as mistakes: those by whose key another one may be meant that is not given. To be asked at the
   * end, when it is known what all the others belong to.
   */
  misspelt(): Problem[] {
    return this.#unused()
      .filter((key) => this.#owners.has(ownerOf(key)) || this.#isNearOneThatLacks(key))
      .map((key) => ({ path: pathOf(key), text: this.#unusedText(key) }));
  }

  /**
   * What to say of secrets that nothing has, in a configuration that has all it needs: of what was taken out of it, a
   * secret may stay. `null`: one of what is there, by a name that no secret has.
   */
  leftBehind(): readonly string[] | null {
    const unused = this.#unused();
    if (unused.some((key) => this.#owners.has(ownerOf(key)))) return null;
    return unused.map((key) => `${pathOf(key)} ${this.#unusedText(key)}`);
  }

  #unused(): string[] {
    return Object.keys(this.#given).filter((key) => !this.#wanted.has(key));
  }

  #unusedText(key: string): string {
    return `belongs to nothing in ${GATEWAYS}${this.#nearest(key)}; take it out: pulumi config rm --path '${pathOf(key)}'`;
  }

  #isNearOneThatLacks(key: string): boolean {
    return [...this.#wanted].some(
      (wanted) => !Object.hasOwn(this.#given, wanted) && distance(key, wanted) <= SLIPS,
    );
  }

  #nearest(key: string): string {
    return this.#wanted.size === 0 ? "" : `, the nearest here "${closest(key, [...this.#wanted])}"`;
  }
}

/** Letters in which a misspelt key differs at most. */
const SLIPS = 3;

function ownerOf(key: string): string {
  return key.split("/").slice(0, -1).join("/");
}

/** Those arguments called `names` in `tree` that stand there, where all of the configuration is shown. */
export function misplaced(tree: Tree, at: string, key: string, names: readonly string[]): Problem[] {
  return names
    .filter((name) => name in tree)
    .map((name) => ({ path: `${at}.${name}`, text: `belongs in ${SECRETS}, as "${key}/${name}"` }));
}

/** The users in a list of their names. None of what stands there is shown: it may be a password. */
export function userNames(
  value: unknown,
  at: string,
  key: string,
): { readonly names: readonly string[]; readonly problems: readonly Problem[] } {
  const found: readonly unknown[] = Array.isArray(value) ? value : [];
  const text = `is not a list of user names; the password of each belongs in ${SECRETS}, as "${key}/<name>"`;
  if (!Array.isArray(value)) return { names: [], problems: [{ path: at, text }] };
  const problems = found.flatMap((name, index) =>
    isUserName(name) ? [] : [{ path: `${at}[${index}]`, text: `is not ${USER_NAME}` }],
  );
  return { names: found.filter(isUserName), problems };
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

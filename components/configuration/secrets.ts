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
   * Secrets that nothing has, as mistakes: those by whose key another one may be meant that is not given, and those of what
   * is there. To be asked at the end, when it is known what all the others belong to.
   */
  misspelt(): Problem[] {
    return this.#unused().flatMap((key) => {
      const meant = this.#meantBy(key);
      if (meant === undefined) return [];
      const remedy = `where "${meant}" is meant, set it by that name, and take this one out: ${removal(key)}`;
      return [{ path: pathOf(key), text: `${UNOWNED}; ${remedy}` }];
    });
  }

  /**
   * What to say of secrets that nothing has, in a configuration that has all it needs: of what was taken out of it, a
   * secret may stay. `null`: one of what is there, by a name that no secret has.
   */
  leftBehind(): readonly string[] | null {
    const unused = this.#unused();
    if (unused.some((key) => this.#owners.has(ownerOf(key)))) return null;
    return unused.map((key) => `${pathOf(key)} ${UNOWNED}; take it out: ${removal(key)}`);
  }

  #unused(): string[] {
    return Object.keys(this.#given).filter((key) => !this.#wanted.has(key));
  }

  #meantBy(key: string): string | undefined {
    const lacking = [...this.#wanted].filter(
      (wanted) => !Object.hasOwn(this.#given, wanted) && mayBe(key, wanted),
    );
    if (lacking.length > 0) return closest(key, lacking);
    return this.#owners.has(ownerOf(key)) ? closest(key, [...this.#wanted]) : undefined;
  }
}

/** By a slip of the hand, without its gateway, or under the name that its tailnet or gateway had before. */
function mayBe(key: string, wanted: string): boolean {
  return distance(key, wanted) <= SLIPS || nameIn(key) === nameIn(wanted);
}

const UNOWNED = `belongs to nothing in ${GATEWAYS}`;

function removal(key: string): string {
  return `pulumi config rm --path '${pathOf(key)}'`;
}

/** Letters in which a misspelt key differs at most. */
const SLIPS = 3;

function ownerOf(key: string): string {
  return key.split("/").slice(0, -1).join("/");
}

/** `authKey`, `users/ann`: what is left of a key when what it belongs to has another name. */
function nameIn(key: string): string {
  const words = key.split("/");
  return words.slice(words.at(-2) === "users" ? -2 : -1).join("/");
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

/** Of the secret at `path`; `null` where something else is. */
export function secretKeyIn(path: string): string | null {
  const isOne = path.startsWith(`${SECRETS}["`) && path.endsWith('"]');
  return isOne ? path.slice(SECRETS.length + 2, -2) : null;
}

import { HostError } from "../../engine/errors.ts";
import type { SshConnection } from "../connection.ts";
import { fingerprintOf } from "../host-key.ts";
import { AskedAgent } from "./asked-agent.ts";
import { DEFAULT_KEYS, expand, inHome, publicKeyIn, textOf, type Unreadable } from "./files.ts";
import { type Found, joined, NOTHING, sentenceOf } from "./found.ts";
import { type GivenKey, isOffer, keyOffer, withoutKey } from "./offer.ts";

/**
 * Names the private key to use instead of what the state holds: a path, or `agent`. With it, keys can
 * be rotated and lost without stranding a refresh or a destroy.
 */
export const KEY_VARIABLE = "TSPROXY_SSH_KEY_FILE";

/** sshd hangs up at the sixth (MaxAuthTries), and it counts every key that it does not know. */
const OFFERS_MAX = 5;

/**
 * Looks for what there is to log in with, before the host is called. Where there is nothing, the offer is to log in
 * without a key.
 *
 * @param at the user's name for `connection`
 * @throws HostError `credentials` when what the user names cannot be used
 */
export async function credentialsFor(
  connection: SshConnection,
  at = "ssh",
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Found> {
  const search = new Search(connection, at, environment);
  const override = environment[KEY_VARIABLE] ?? "";
  const first = override === "" ? null : await search.named(override);
  const own = await search.own(first !== null);
  const found = first === null ? own : joined([first, own]);
  const offers = found.offers.filter(
    ({ fingerprint }, index, all) => all.findIndex((other) => other.fingerprint === fingerprint) === index,
  );
  const more = offers.length - OFFERS_MAX;
  return {
    offers: offers.length > 0 ? offers.slice(0, OFFERS_MAX) : [withoutKey(connection.user)],
    absent: override === "" ? [`${KEY_VARIABLE} is not set`, ...found.absent] : found.absent,
    notes: more > 0 ? [...found.notes, notTried(more, at)] : found.notes,
  };
}

function notTried(count: number, at: string): string {
  return `${count} more ${count === 1 ? "key" : "keys"} of the agent: not tried; name the right one by ${at}.privateKeyFile (its .pub will do)`;
}

/** One search: the agent is asked once, and only when it matters. */
class Search {
  readonly #connection: SshConnection;
  readonly #at: string;
  readonly #agent: AskedAgent;

  constructor(connection: SshConnection, at: string, { SSH_AUTH_SOCK = "" }: NodeJS.ProcessEnv) {
    this.#connection = connection;
    this.#at = at;
    this.#agent = new AskedAgent(SSH_AUTH_SOCK, connection.user);
  }

  /** @param override what the environment names: a path, or `agent` */
  named(override: string): Promise<Found> {
    return override === "agent" ? this.#onlyAgent(`${KEY_VARIABLE} is "agent"`) : this.#file(override);
  }

  /**
   * What the connection names, or else the user has.
   *
   * @param mayBeLost there is another key, so that what is named may be of no use
   */
  async own(mayBeLost: boolean): Promise<Found> {
    try {
      return await this.#own();
    } catch (error) {
      if (!mayBeLost || !(error instanceof HostError)) throw error;
      return { ...NOTHING, notes: [error.facts.because] };
    }
  }

  async #own(): Promise<Found> {
    const { privateKey, privateKeyFile, passphrase, agent } = this.#connection;
    if (privateKey !== undefined)
      return this.#key({ name: `${this.#at}.privateKey`, text: privateKey, passphrase }, null);
    if (privateKeyFile !== undefined) return this.#file(privateKeyFile);
    if (agent === true) return this.#onlyAgent(`${this.#at}.agent is true: no key file was looked for`);
    const held = await this.#agent.all();
    return joined([this.#filesOfUser(held.offers.map(({ fingerprint }) => fingerprint)), held]);
  }

  /**
   * The first file of the user that can be used as it is.
   *
   * @param held fingerprints of what the agent has: nothing is to be said of a file that it opened
   */
  #filesOfUser(held: readonly string[]): Found {
    const found = DEFAULT_KEYS.map((name) => this.#fileOfUser(inHome(name), held));
    const all = joined(found);
    return { ...all, offers: all.offers.slice(0, 1) };
  }

  #fileOfUser(name: string, held: readonly string[]): Found {
    const { user, passphrase } = this.#connection;
    const text = textOf(name);
    if (typeof text !== "string")
      return text.code === "ENOENT"
        ? { ...NOTHING, absent: [`${name} is not there`] }
        : { ...NOTHING, notes: [`${name} cannot be read (${text.code})`] };
    const key = keyOffer({ name, text, passphrase }, user);
    if (isOffer(key)) return { ...NOTHING, offers: [key] };
    const isHeld = key.publicKey !== null && held.includes(fingerprintOf(key.publicKey));
    return isHeld ? NOTHING : { ...NOTHING, notes: [sentenceOf(key)] };
  }

  /** A key file that is named. Of some keys there is only the public half in a file, and an agent has the other. */
  async #file(name: string): Promise<Found> {
    const publicKey = publicKeyIn(`${name}.pub`);
    const text = textOf(name);
    if (typeof text === "string")
      return this.#key({ name, text, passphrase: this.#connection.passphrase }, publicKey);
    const held = publicKey === null ? null : await this.#agent.holding(publicKey);
    if (held === null) throw this.#unreadable(name, text);
    return { ...NOTHING, offers: [held] };
  }

  /** A key that is named, or the agent's of which it is the public half. */
  async #key(given: GivenKey, beside: Buffer | null): Promise<Found> {
    const key = keyOffer(given, this.#connection.user);
    if (isOffer(key)) return { ...NOTHING, offers: [key] };
    const publicKey = key.publicKey ?? beside;
    const held = publicKey === null ? null : await this.#agent.holding(publicKey);
    if (held !== null) return { ...NOTHING, offers: [held] };
    const evidence = publicKey === null ? [] : [await this.#agent.summary()];
    throw this.#useless(`${key.name} is ${key.is}`, key.remedy, evidence);
  }

  async #onlyAgent(why: string): Promise<Found> {
    const found = await this.#agent.all();
    if (found.offers.length > 0) return found;
    const evidence = [...found.absent, ...found.notes, why];
    const hint = `start an agent and add a key (ssh-add), give ${this.#at}.privateKey or ${this.#at}.privateKeyFile, or set ${KEY_VARIABLE}`;
    throw this.#useless("the agent has no key that can be used", hint, evidence);
  }

  #useless(because: string, hint: string, evidence: readonly string[], cause?: unknown): HostError {
    const { host, user } = this.#connection;
    return new HostError(
      "credentials",
      { host, doing: `log in as ${user}`, because, evidence, hint },
      { cause },
    );
  }

  #unreadable(name: string, { code, cause }: Unreadable): HostError {
    const path = expand(name);
    // who gives the key itself for its path must not find it in an error
    const because = /[\0\n]/.test(path)
      ? `${this.#at}.privateKeyFile is not a path`
      : `the private key ${path} cannot be read (${code})`;
    return this.#useless(because, `correct ${this.#at}.privateKeyFile or ${KEY_VARIABLE}`, [], cause);
  }
}

import { type AgentKey, keysOf } from "./agent.ts";
import { publicKeysOfUser } from "./files.ts";
import { type Found, NOTHING, sentenceOf } from "./found.ts";
import { agentOffer, isOffer, type Offer } from "./offer.ts";

interface Answer {
  readonly keys: readonly AgentKey[];
  /** Why there are none. */
  readonly because: string;
  readonly isDead: boolean;
}

/** The agent of this user; asked once, and only when it matters. */
export class AskedAgent {
  readonly #socket: string;
  readonly #user: string;
  #answer: Promise<Answer> | null = null;

  /**
   * @param socket as in SSH_AUTH_SOCK; empty: there is none
   * @param user at the host
   */
  constructor(socket: string, user: string) {
    this.#socket = socket;
    this.#user = user;
  }

  /** All keys that can be used, those first of which the user has the public half in `~/.ssh`. */
  async all(): Promise<Found> {
    const { keys, because, isDead } = await this.#asked();
    if (keys.length === 0) return { ...NOTHING, [isDead ? "notes" : "absent"]: [because] };
    const known = publicKeysOfUser();
    const rank = ({ publicKey }: AgentKey) => {
      const place = known.findIndex((key) => key.equals(publicKey));
      return place < 0 ? known.length : place;
    };
    const found = [...keys]
      .sort((a, b) => rank(a) - rank(b))
      .map((key) => agentOffer(key, this.#socket, this.#user));
    return {
      offers: found.filter(isOffer),
      notes: found.flatMap((key) => (isOffer(key) ? [] : [sentenceOf(key)])),
      absent: [],
    };
  }

  /** The key with that public half, if the agent has it and it can be used. */
  async holding(publicKey: Buffer): Promise<Offer | null> {
    const { keys } = await this.#asked();
    const key = keys.find((held) => held.publicKey.equals(publicKey));
    const found = key === undefined ? null : agentOffer(key, this.#socket, this.#user);
    return found !== null && isOffer(found) ? found : null;
  }

  /** Where it lacks a key. */
  async summary(): Promise<string> {
    const { keys, because } = await this.#asked();
    return keys.length === 0 ? because : `the agent holds ${keys.length} keys, and not this one`;
  }

  #asked(): Promise<Answer> {
    this.#answer ??= this.#ask();
    return this.#answer;
  }

  async #ask(): Promise<Answer> {
    if (this.#socket === "") return { keys: [], because: "SSH_AUTH_SOCK is not set", isDead: false };
    try {
      return {
        keys: await keysOf(this.#socket),
        because: "the agent holds no keys (ssh-add)",
        isDead: false,
      };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { keys: [], because: `SSH_AUTH_SOCK is ${this.#socket}: ${why}`, isDead: true };
    }
  }
}

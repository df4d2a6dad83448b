import type { Duplex } from "node:stream";
import ssh2, { type AuthHandlerMiddleware, type Client, type ClientChannel, type ConnectConfig } from "ssh2";
import type { Offer } from "../keys/offer.ts";

/** How far a login came; filled in while it goes on, and read when it fails. */
export interface Attempt {
  /** The host's key, once it has shown it. */
  shown: Buffer | null;
  /** What the host was offered. */
  readonly offered: Offer[];
  /** Ways to log in that the host has named: `publickey`, `password`, … */
  accepts: readonly string[];
  /** The host took a key, and wants something more. */
  isPartial: boolean;
  /** What an agent did not sign, and why. */
  readonly unsigned: string[];
}

export function newAttempt(): Attempt {
  return { shown: null, offered: [], accepts: [], isPartial: false, unsigned: [] };
}

const LEAVE_MAX_MS = 1_000;

/** What a login fails with that the host ended without a reason. */
export const CLOSED = "the host closed the connection";

/** The host has refused everything that there was to offer. */
export class Refused extends Error {}

/** A host that was logged in to, until the connection breaks. All that is wanted of the SSH library goes through it. */
export class Login {
  readonly #client: Client;
  #isOpen = true;
  /** A jump host's has one for each host behind it. */
  readonly #onceOver: (() => void)[] = [];
  /** What the connection broke with: to who waits for an answer the library says only that none has come. */
  #broke: Error | null = null;

  private constructor(client: Client) {
    this.#client = client;
    // an error that is not listened to ends the process
    client.on("error", (error) => {
      this.#broke ??= error;
      client.end();
    });
    const over = () => {
      this.#isOpen = false;
      for (const then of this.#onceOver.splice(0)) then();
    };
    client.on("end", over);
    client.on("close", over);
  }

  /**
   * Logs in over a stream to sshd. A host is told of a key only once its own was accepted by `config.hostVerifier`.
   *
   * @param offers what the host is offered, one by one
   * @throws {@link Refused}, or what the connection broke with
   */
  static over(config: ConnectConfig, offers: readonly Offer[], attempt: Attempt): Promise<Login> {
    return new Promise((resolve, reject) => {
      const client = new ssh2.Client();
      const refuse = () => {
        reject(new Refused());
        client.end();
        setTimeout(() => client.destroy(), LEAVE_MAX_MS).unref();
      };
      const fail = (error: Error & { level?: string }) => {
        // what an agent does not sign is one offer less; the library goes on to the next
        if (error.level === "agent")
          attempt.unsigned.push(`${attempt.offered.at(-1)?.name}: ${error.message}`);
        else {
          reject(error);
          client.destroy();
        }
      };
      client.on("error", fail);
      client.on("close", () => reject(new Error(CLOSED)));
      client.on("ready", () => {
        client.off("error", fail);
        resolve(new Login(client));
      });
      client.connect({ ...config, authHandler: offering(offers, attempt, refuse) });
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** When the connection has ended, by this side or by the host. */
  onceOver(then: () => void): void {
    if (this.#isOpen) this.#onceOver.push(then);
    else then();
  }

  /**
   * Runs a command.
   *
   * @param take gets its channel within the packet that opens it: a command that ends at once says so in the same one
   * @throws Error when the host opens no channel within `limitMs`; then the connection is given up
   */
  async exec<T>(command: string, limitMs: number, take: (channel: ClientChannel) => T): Promise<T> {
    if (!this.#isOpen) throw new Error("the connection is closed");
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => {
      reject(new Error(`no answer within ${limitMs / 1000} s`));
      this.hangUp();
    }, limitMs);
    try {
      this.#client.exec(command, (error, channel) =>
        error ? reject(this.#reasonOf(error)) : resolve(take(channel)),
      );
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #reasonOf(error: Error): Error {
    if (this.#broke !== null) return this.#broke;
    return error.message === "No response from server" ? new Error(CLOSED, { cause: error }) : error;
  }

  /** Lets the host open a connection. @throws Error with a `reason` of RFC 4254, 5.1, when it does not */
  async forward(host: string, port: number): Promise<Duplex> {
    if (!this.#isOpen) throw new Error("its connection is closed");
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      this.#client.forwardOut("127.0.0.1", 0, host, port, (error, channel) =>
        error ? reject(error) : resolve(channel),
      );
    });
    // once its connection has ended, ssh2 throws where a channel says farewell, where no caller can catch it
    this.onceOver(() => {
      Object.assign(channel, { eof: () => undefined, close: () => undefined });
    });
    return channel;
  }

  /** Takes leave of the host, as RFC 4253, 11.1 has it, and waits a moment for it to go. */
  async end(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (!this.#isOpen) return;
    const timer = setTimeout(resolve, LEAVE_MAX_MS);
    this.onceOver(resolve);
    this.#client.end();
    await promise;
    clearTimeout(timer);
  }

  /** Of a host that has not kept to what was agreed. */
  hangUp(): void {
    this.#client.destroy();
  }
}

/** Makes one offer after the other, for as long as the host may take one. */
function offering(offers: readonly Offer[], attempt: Attempt, refuse: () => void): AuthHandlerMiddleware {
  const left = [...offers];
  return (accepts, isPartial, next) => {
    // before the first offer the library has nothing to tell
    attempt.accepts = accepts ?? [];
    attempt.isPartial = isPartial === true;
    const [offer] = left.splice(0, 1);
    const isOfUse = attempt.accepts.length === 0 || attempt.accepts.includes("publickey");
    if (offer === undefined || !isOfUse) return refuse();
    attempt.offered.push(offer);
    next(offer.method);
  };
}

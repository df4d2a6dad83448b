import type { HostError } from "../engine/errors.ts";
import type { Hearing, Shell } from "../engine/wire/shell.ts";
import { type Channel, openChannel } from "./channel.ts";
import type { Login } from "./client/login.ts";
import { type Connect, limitOf } from "./connect.ts";
import type { SshConnection } from "./connection.ts";
import { ended, isReset, noChannel } from "./ended.ts";
import { isLasting } from "./failures.ts";
import { greet } from "./greet.ts";

interface Opened {
  readonly login: Login;
  readonly channel: Promise<Channel>;
  hasAnswered: boolean;
}

/** The shell of root behind a connection; opened when it is needed, and again when it has ended. */
export class SshShell implements Shell {
  readonly name: string;
  readonly #connection: SshConnection;
  readonly #loginTo: Connect;
  #opened: Opened | null = null;
  /** A login that led nowhere leads nowhere again; each one is noted on the host. */
  #refused: HostError | null = null;

  constructor(connection: SshConnection, loginTo: Connect) {
    this.name = connection.host;
    this.#connection = connection;
    this.#loginTo = loginTo;
  }

  async run(program: string, hearing: Hearing): Promise<string> {
    if (this.#refused !== null) throw this.#refused;
    const { opened, channel } = await this.#ready(2);
    const printed = await channel.run(program, hearing);
    if (typeof printed !== "string") {
      this.#opened = null;
      throw this.#noted(ended(this.#connection, printed, opened.hasAnswered));
    }
    opened.hasAnswered = true;
    return printed;
  }

  greet(): Promise<void> {
    return greet(this.#connection, this.#loginTo);
  }

  /** With a channel that is open; a connection that breaks at that moment is made again, once. */
  async #ready(triesLeft: number): Promise<{ readonly opened: Opened; readonly channel: Channel }> {
    const opened = await this.#open();
    try {
      return { opened, channel: await opened.channel };
    } catch (error) {
      if (this.#opened === opened) this.#opened = null;
      if (triesLeft > 1 && isReset(error)) return this.#ready(triesLeft - 1);
      throw this.#noted(noChannel(this.#connection, error));
    }
  }

  async #open(): Promise<Opened> {
    const login = await this.#loginTo(this.#connection, "ssh");
    if (this.#opened?.login !== login) {
      const command = this.#connection.user === "root" ? "exec sh -s" : "exec sudo -n sh -s";
      const channel = openChannel(login, command, limitOf(this.#connection));
      this.#opened = { login, channel, hasAnswered: false };
    }
    return this.#opened;
  }

  #noted(error: HostError): HostError {
    if (isLasting(error)) this.#refused = error;
    return error;
  }
}

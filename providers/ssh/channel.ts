import type { ClientChannel } from "ssh2";
import type { Hearing } from "../engine/wire/shell.ts";
import { type Answer, answer } from "./answer.ts";
import { messageOf } from "./client/error-details.ts";
import type { Login } from "./client/login.ts";

/** How a program ended without its last line. */
export interface Cut {
  /** Exit status of the shell; `null` when the connection was cut. */
  readonly status: number | null;
  /** What the shell complained of, at most the last few lines. */
  readonly complaints: readonly string[];
  /** What the program had printed. */
  readonly printed: string;
  /** Which limit the host exceeded, so that we hung up; `null` when it did not. */
  readonly excess: string | null;
}

/** Of what is kept of complaints: characters and lines. */
const COMPLAINTS_MAX = { characters: 4_000, lines: 5 };

/** sudo without secure_path, and sshds that are built with little, leave out where ip, nft and sysctl are. */
const PATH = 'PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"; export PATH\n';

/** A shell on a host that stays open, so that a program costs one round trip and not three. */
export interface Channel {
  /**
   * Sends a program and returns what it printed up to its last line, or how the shell ended.
   * One at a time: the caller waits for the one before.
   * @throws what `onLine` did not keep of its promise; then the connection is ended.
   */
  run(program: string, hearing: Hearing): Promise<string | Cut>;
}

/**
 * @param limitMs a host may take a login and then answer nothing
 * @throws Error when the host opens no channel
 */
export function openChannel(login: Login, command: string, limitMs: number): Promise<Channel> {
  return login.exec(command, limitMs, (stream) => new OpenShell(stream, login));
}

type Listener = Pick<Answer, "stdout" | "stderr">;

class OpenShell implements Channel {
  readonly #stream: ClientChannel;
  readonly #login: Login;
  /** What is printed before the first program, as by a shell that greets. */
  #early = "";
  #complained = "";
  #status: number | null = null;
  #cut: Cut | null = null;
  #listener: Listener | null = null;
  #onCut: ((cut: Cut) => void) | null = null;
  #isNew = true;

  constructor(stream: ClientChannel, login: Login) {
    this.#stream = stream;
    this.#login = login;
    stream.on("data", (chunk: Buffer) => this.#hear(chunk));
    stream.stderr.on("data", (chunk: Buffer) => this.#hearComplaint(chunk));
    stream.on("exit", (code: number | null) => {
      this.#status = code;
    });
    stream.on("error", () => undefined); // followed by `close`
    stream.on("close", () => this.#end(null));
  }

  run(program: string, hearing: Hearing): Promise<string | Cut> {
    if (this.#cut !== null) return Promise.resolve(this.#cut);
    const { promise, resolve, reject } = Promise.withResolvers<string | Cut>();
    const printed = answer({
      ...hearing,
      onLine: (line) => void hearing.onLine(line)?.then((reply) => isHeard() && this.#send(reply), giveUp),
      onLast: () => resolve(leave()),
      stop: (why) => {
        this.#end(why);
        this.#login.hangUp();
      },
    });
    const isHeard = () => this.#listener === printed;
    const leave = () => {
      this.#listener = null;
      printed.end();
      return printed.text();
    };
    const giveUp = (error: unknown) => {
      leave();
      reject(error);
      this.#login.hangUp();
    };
    this.#onCut = (cut) => resolve({ ...cut, printed: `${this.#early}${leave()}` });
    this.#listener = printed;
    this.#send(this.#isNew ? `${PATH}${program}` : program);
    this.#isNew = false;
    return promise;
  }

  #hear(chunk: Buffer): void {
    if (this.#isNew) this.#early = endOf(`${this.#early}${chunk.toString("utf8")}`);
    this.#listener?.stdout(chunk);
  }

  #hearComplaint(chunk: Buffer): void {
    this.#complained = endOf(`${this.#complained}${chunk.toString("utf8")}`);
    this.#listener?.stderr(chunk);
  }

  #send(text: string): void {
    try {
      this.#stream.write(text);
    } catch (error) {
      if (!isTornDown(error)) throw error;
      this.#end(null);
    }
  }

  #end(excess: string | null): void {
    const lines = this.#complained.split(/\r?\n/).filter((line) => line !== "");
    const complaints = lines.slice(-COMPLAINTS_MAX.lines);
    this.#cut ??= { status: this.#status, complaints, printed: this.#early, excess };
    this.#onCut?.(this.#cut);
  }
}

function endOf(text: string): string {
  return text.slice(-COMPLAINTS_MAX.characters);
}

/** What ssh2 throws when a program is written to a connection that has ended and has not said so yet. */
function isTornDown(error: unknown): boolean {
  return messageOf(error) === "Invalid Zlib instance";
}

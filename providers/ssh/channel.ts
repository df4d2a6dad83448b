import type { NodeSSH } from "node-ssh";
import type { ClientChannel } from "ssh2";
import type { Hearing } from "../engine/wire/shell.ts";
import { type Answer, answer } from "./answer.ts";

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

/** A shell on a host that stays open, so that a program costs one round trip and not three. */
export interface Channel {
  /**
   * Sends a program and returns what it printed up to its last line, or how the shell ended.
   * One at a time: the caller waits for the one before.
   * @throws what `onLine` did not keep of its promise; then the connection is ended.
   */
  run(program: string, hearing: Hearing): Promise<string | Cut>;
}

/** A host may take a login and then answer nothing. */
const OPENING_MAX_MS = 10_000;

/** @throws Error when the host opens no channel. */
export async function openChannel(ssh: NodeSSH, command: string): Promise<Channel> {
  const { promise, resolve, reject } = Promise.withResolvers<Channel>();
  const timer = setTimeout(() => {
    reject(new Error("no answer within 10 s"));
    ssh.connection?.destroy();
  }, OPENING_MAX_MS);
  try {
    if (ssh.connection === null) throw new Error("the connection is closed");
    // listened to at once: a shell that ends immediately says so in the packet that opens it
    ssh.connection.exec(command, (error, opened) => (error ? reject(error) : resolve(over(ssh, opened))));
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

type Listener = Pick<Answer, "stdout" | "stderr">;

const DEAF: Listener = { stdout: () => undefined, stderr: () => undefined };

function over(ssh: NodeSSH, stream: ClientChannel): Channel {
  let complained = "";
  let ended: Cut | null = null;
  let status: number | null = null;
  let onEnd: (cut: Cut) => void = () => undefined;
  let early = "";
  let listener: Listener = {
    ...DEAF,
    stdout(chunk) {
      early = `${early}${chunk.toString("utf8")}`.slice(-COMPLAINTS_MAX.characters);
    },
  };
  stream.on("data", (chunk: Buffer) => listener.stdout(chunk));
  stream.on("exit", (code: number | null) => {
    status = code;
  });
  stream.stderr.on("data", (chunk: Buffer) => {
    complained = `${complained}${chunk.toString("utf8")}`.slice(-COMPLAINTS_MAX.characters);
    listener.stderr(chunk);
  });
  stream.on("error", () => undefined); // followed by `close`
  const end = (excess: string | null) => {
    const complaints = complained.split(/\r?\n/).filter((line) => line !== "");
    ended ??= { status, complaints: complaints.slice(-COMPLAINTS_MAX.lines), printed: early, excess };
    onEnd(ended);
  };
  stream.on("close", () => end(null));
  const send = (text: string) => {
    try {
      stream.write(text);
    } catch (error) {
      if (!isTornDown(error)) throw error;
      end(null);
    }
  };

  return {
    run(program, hearing) {
      if (ended !== null) return Promise.resolve(ended);
      return new Promise((resolve, reject) => {
        let isOver = false;
        const leave = () => {
          isOver = true;
          listener = DEAF;
          printed.end();
        };
        const finish = (result: string | Cut) => {
          leave();
          resolve(result);
        };
        const giveUp = (error: unknown) => {
          leave();
          reject(error);
          ssh.connection?.destroy();
        };
        const printed = answer({
          ...hearing,
          onLine: (line) => void hearing.onLine(line)?.then((reply) => isOver || send(reply), giveUp),
          onLast: () => finish(printed.text()),
          stop(why) {
            end(why);
            ssh.connection?.destroy();
          },
        });
        onEnd = (cut) => finish({ ...cut, printed: `${early}${printed.text()}` });
        listener = printed;
        send(program);
      });
    },
  };
}

/** What ssh2 throws when a program is written to a connection that has ended and has not said so yet. */
function isTornDown(error: unknown): boolean {
  return error instanceof Error && error.message === "Invalid Zlib instance";
}

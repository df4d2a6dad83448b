/** How the answer to a program is listened to. */
export interface Hearing {
  /** Stands alone on the line that ends the answer. */
  readonly last: string;
  readonly limits: Limits;
  /**
   * Called with each whole line as it arrives. What it promises is said to the program. If that promise is broken,
   * the connection is ended, and `run` fails with the same error.
   */
  readonly onLine: (line: string) => Promise<string> | undefined;
}

/** What no honest host exceeds in answer to one program; one that does is listened to no longer. */
export interface Limits {
  readonly silenceMs: number;
  readonly wholeMs: number;
  /** Of standard output and error together. */
  readonly bytes: number;
  readonly lines: number;
}

const MINUTE_MS = 60 * 1000;
/** A few hundred kilobytes are asked for, and a few thousand lines. */
const SIZE = { bytes: 32 * 1024 * 1024, lines: 200_000 };
/** Looking takes a second. */
export const LOOK: Limits = { ...SIZE, silenceMs: 2 * MINUTE_MS, wholeMs: 10 * MINUTE_MS };
/** A download is tried three times for 15 minutes each, and package lists are fetched. */
export const CHANGE: Limits = { ...SIZE, silenceMs: 60 * MINUTE_MS, wholeMs: 6 * 60 * MINUTE_MS };

/** Runs a program as root on a host: the one thing this engine needs of a connection. */
export interface Shell {
  readonly name: string;
  /**
   * Gives `program` to a POSIX shell on its standard input and returns what it printed. The same shell may
   * get the next one.
   * @throws HostError `unreachable`, `offline`, `handshake`, `credentials`, `host-key`, `authentication`, `not-root` or
   * `connection-lost`.
   */
  run(program: string, hearing: Hearing): Promise<string>;
  /**
   * Makes another connection along the same way, logs in and takes leave.
   * @throws HostError `unreachable`, `offline`, `handshake`; `host-key` when another machine answers
   */
  greet(): Promise<void>;
}

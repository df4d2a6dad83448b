import type { Hearing, Limits } from "../engine/wire/shell.ts";

/** What a host prints in answer to a program, gathered within limits. */
export interface Answer {
  stdout(chunk: Buffer): void;
  /** Is not kept, but counts. */
  stderr(chunk: Buffer): void;
  text(): string;
  end(): void;
}

export interface Listener extends Omit<Hearing, "onLine"> {
  readonly onLine: (line: string) => void;
  /** Called when the last line has come. */
  readonly onLast: () => void;
  /** Called once, when the host exceeds a limit; `why` says which. Nothing is gathered any more. */
  readonly stop: (why: string) => void;
}

export function answer({ onLine, last, limits, onLast, stop }: Listener): Answer {
  const printed = new Bytes();
  let bytes = 0;
  let lines = 0;
  let over = false;
  const end = () => {
    over = true;
    clock.end();
  };
  const giveUp = (why: string) => {
    if (over) return;
    end();
    stop(why);
  };
  const clock = clockOf(limits, giveUp);
  const count = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > limits.bytes) giveUp(`it printed more than ${size(limits.bytes)}`);
  };
  const hear = (line: string) => {
    lines++;
    if (lines > limits.lines) giveUp(`it printed more than ${limits.lines} lines`);
    if (over) return;
    onLine(line);
    if (line === last) onLast();
  };
  return {
    stdout(chunk) {
      count(chunk);
      if (over) return;
      clock.heard();
      for (const line of printed.add(chunk)) hear(line);
    },
    stderr: count,
    text: () => printed.text(),
    end,
  };
}

/** Of a host that falls silent, or never comes to an end. */
function clockOf({ silenceMs, wholeMs }: Limits, exceeded: (why: string) => void) {
  const isQuiet = () => exceeded(`it printed nothing for ${duration(silenceMs)}`);
  const isEndless = () => exceeded(`it came to no end within ${duration(wholeMs)}`);
  let silence = setTimeout(isQuiet, silenceMs);
  const whole = setTimeout(isEndless, wholeMs);
  return {
    heard() {
      clearTimeout(silence);
      silence = setTimeout(isQuiet, silenceMs);
    },
    end() {
      clearTimeout(silence);
      clearTimeout(whole);
    },
  };
}

/** All in one piece: a host may send its bytes one by one, and each on its own would take a hundred. */
class Bytes {
  #bytes = Buffer.allocUnsafe(64 * 1024);
  #length = 0;
  #lineStart = 0;

  /** Gives the lines that become whole by it. */
  *add(chunk: Buffer): Generator<string> {
    let searched = this.#length;
    this.#length += chunk.length;
    if (this.#length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * this.#length);
      this.#bytes.copy(larger, 0, 0, searched);
      this.#bytes = larger;
    }
    chunk.copy(this.#bytes, searched);
    const all = this.#bytes.subarray(0, this.#length);
    for (let end = all.indexOf("\n", searched); end >= 0; end = all.indexOf("\n", searched)) {
      const line = all.toString("utf8", this.#lineStart, end);
      this.#lineStart = searched = end + 1;
      yield line;
    }
  }

  text(): string {
    return this.#bytes.toString("utf8", 0, this.#length);
  }
}

function duration(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : `${ms / 60_000} min`;
}

function size(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}

import type { Hearing } from "../engine/shell-host.ts";

/** What a host prints in answer to a program, gathered within limits. */
export interface Answer {
  stdout(chunk: Buffer): void;
  text(): string;
  end(): void;
}

/** A compromised host may answer for ever; what is asked for is a few hundred kilobytes. */
const SIZE_MAX_BYTES = 32 * 1024 * 1024;

export interface Listener extends Omit<Hearing, "onLine"> {
  readonly onLine: (line: string) => void;
  /** Called when the last line has come. */
  readonly onLast: () => void;
  /** Called once, when the host prints too much or nothing for too long. */
  readonly stop: () => void;
}

export function answer({ onLine, last, silenceMaxMs, onLast, stop }: Listener): Answer {
  const chunks: Buffer[] = [];
  let size = 0;
  let rest: Buffer[] = [];
  let timer = setTimeout(stop, silenceMaxMs);
  const fits = (chunk: Buffer): boolean => {
    clearTimeout(timer);
    size += chunk.length;
    if (size <= SIZE_MAX_BYTES) {
      timer = setTimeout(stop, silenceMaxMs);
      return true;
    }
    if (size - chunk.length <= SIZE_MAX_BYTES) stop();
    return false;
  };
  return {
    stdout(chunk) {
      if (!fits(chunk)) return;
      chunks.push(chunk);
      if (!chunk.includes("\n")) {
        rest.push(chunk);
        return;
      }
      const lines = Buffer.concat([...rest, chunk])
        .toString("utf8")
        .split("\n");
      rest = [Buffer.from(lines.pop() ?? "")];
      for (const line of lines) {
        onLine(line);
        if (line === last) onLast();
      }
    },
    text: () => Buffer.concat(chunks).toString("utf8"),
    end: () => clearTimeout(timer),
  };
}

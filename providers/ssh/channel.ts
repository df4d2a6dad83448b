import type { NodeSSH } from "node-ssh";
import type { ClientChannel } from "ssh2";
import type { Hearing } from "../engine/shell-host.ts";
import { type Answer, answer } from "./answer.ts";

/** How a program ended without its last line. */
export interface Cut {
  /** Exit status of the shell; `null` when the connection was cut. */
  readonly status: number | null;
  /** What the shell complained of, at most the last few lines. */
  readonly complaints: readonly string[];
  /** Which limit the host exceeded, so that we hung up; `null` when it did not. */
  readonly excess: string | null;
}

/** A shell on a host that stays open, so that a program costs one round trip and not three. */
export interface Channel {
  /**
   * Sends a program and returns what it printed up to its last line, or how the shell ended.
   * One at a time: whoever calls waits for the one before.
   */
  run(program: string, hearing: Hearing): Promise<string | Cut>;
}

const OPENING_MAX_MS = 10_000;

/** @throws Error when the host opens no channel. */
export async function openChannel(ssh: NodeSSH, command: string): Promise<Channel> {
  const stream = await opened(ssh, command);
  let complaints: string[] = [];
  let ended: Cut | null = null;
  let status: number | null = null;
  let onEnd: (cut: Cut) => void = () => undefined;
  let listener: Pick<Answer, "stdout" | "stderr"> | null = null;
  stream.on("data", (chunk: Buffer) => listener?.stdout(chunk));
  stream.on("exit", (code: number | null) => {
    status = code;
  });
  stream.stderr.on("data", (chunk: Buffer) => {
    const lines = chunk.toString("utf8").slice(-2_000).split("\n");
    complaints = [...complaints, ...lines.filter((line) => line !== "")].slice(-5);
    listener?.stderr(chunk);
  });
  stream.on("error", () => undefined); // followed by `close`
  const end = (excess: string | null) => {
    ended ??= { status, complaints, excess };
    onEnd(ended);
  };
  stream.on("close", () => end(null));

  return {
    run(program, hearing) {
      if (ended !== null) return Promise.resolve(ended);
      return new Promise((resolve) => {
        const finish = (result: string | Cut) => {
          listener = null;
          printed.end();
          resolve(result);
        };
        const printed = answer({
          ...hearing,
          onLast: () => finish(printed.text()),
          stop(why) {
            end(why);
            ssh.connection?.destroy();
          },
        });
        onEnd = finish;
        listener = printed;
        stream.write(program);
      });
    },
  };
}

/** A host may take a login and then answer nothing. */
async function opened(ssh: NodeSSH, command: string): Promise<ClientChannel> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientChannel>();
  const timer = setTimeout(() => {
    reject(new Error("no answer within 10 s"));
    ssh.connection?.destroy();
  }, OPENING_MAX_MS);
  if (ssh.connection === null) reject(new Error("the connection is closed"));
  else
    ssh.connection.exec(command, (error, channel) =>
      error === undefined ? resolve(channel) : reject(error),
    );
  return promise.finally(() => clearTimeout(timer));
}

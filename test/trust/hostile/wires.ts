import type { ServerChannel } from "ssh2";
import type { Behaviour } from "../../fake/sshd.ts";

/** Something a host does on the wire, and what a client makes of it. */
export interface Malice {
  /** What the host does, as in a sentence. */
  readonly name: string;
  readonly behaviour: Behaviour;
  /** What the error says. */
  readonly error: RegExp;
}

const BLOCK = Buffer.alloc(64 * 1024, "x");
const LINES = Buffer.alloc(64 * 1024, "\n");
const STEERING = "\u001b]0;owned\u0007\u001b[2J\u001b[31m\u202e\r\nhint: all is well\r\n";
const TOO_MUCH = /127\.0\.0\.1: cannot finish a program: it printed more than 32 MiB, so we hung up/;
const LOST = /127\.0\.0\.1: cannot finish a program: .* \[connection-lost\]/;
const NOT_REACHED = /127\.0\.0\.1: cannot connect to port \d+: .* \[handshake\]/;

/** Twice what is listened to. */
export const TALKATIVE: Malice = {
  name: "prints a great deal before it comes to its end",
  behaviour: {
    shell: (channel) =>
      answerWith(channel, (nonce) => `= begin ${nonce}\n${"x".repeat(64 * 1024 * 1024)}\n= over ${nonce}\n`),
  },
  error: TOO_MUCH,
};

/** Those for which one has to wait stand last. */
export const MALICE: readonly [Malice, ...Malice[]] = [
  TALKATIVE,
  { name: "prints one endless line", behaviour: { shell: endlessly(BLOCK) }, error: TOO_MUCH },
  {
    name: "prints endless empty lines",
    behaviour: { shell: endlessly(LINES) },
    error: /it printed more than 200000 lines, so we hung up/,
  },
  { name: "complains without end", behaviour: { shell: endlessly(BLOCK, "stderr") }, error: TOO_MUCH },
  {
    name: "complains in control characters and hangs up",
    behaviour: {
      shell: (channel) => {
        channel.stderr.write(STEERING.repeat(50));
        channel.exit(1);
        channel.end();
      },
    },
    error: /the login gives no shell: it ended with status 1/,
  },
  {
    name: "says of itself that it is sudo",
    behaviour: {
      shell: (channel) => {
        channel.stderr.write(`sudo: ${STEERING}`);
        channel.exit(1);
        channel.end();
      },
    },
    error: /\[not-root\]/,
  },
  {
    name: "cuts the connection in the middle of a line",
    behaviour: {
      shell: (channel) => {
        channel.write("= begin 0123", () => channel.close());
      },
    },
    error: LOST,
  },
  {
    name: "ends a program that it did not run, with a nonce that it cannot know",
    behaviour: {
      shell: (channel) => {
        channel.write("= begin 0\n= host\nx86_64\n= end 0\n= over 0\n", () => channel.close());
      },
    },
    error: LOST,
  },
  {
    name: "ends at once a program that it did not run",
    behaviour: { shell: (channel) => answerWith(channel, (nonce) => `= over ${nonce}\n`) },
    error: /the answer ended before its time/,
  },
  {
    name: "takes a login and then answers nothing",
    behaviour: {},
    error: /no channel could be opened \(no answer within 10 s\)/,
  },
  {
    name: "shows a banner full of control characters",
    behaviour: { banner: STEERING.repeat(500), shell: (channel) => channel.close() },
    error: LOST,
  },
  {
    name: "greets without end",
    behaviour: { socket: (socket) => pour(socket, Buffer.from(`${STEERING}\r\n`.repeat(1000))) },
    error: NOT_REACHED,
  },
  {
    name: "sends packets of impossible lengths",
    behaviour: {
      socket: (socket) => {
        socket.write("SSH-2.0-\u001b[31mOpenSSH\r\n");
        socket.write(Buffer.from("ffffffff7f".repeat(2000), "hex"));
      },
    },
    error: NOT_REACHED,
  },
  {
    name: "speaks another protocol",
    behaviour: {
      socket: (socket) => {
        socket.end(`HTTP/1.1 200 OK\r\nServer: ${STEERING}\r\n\r\n<html>`);
      },
    },
    error: NOT_REACHED,
  },
  {
    name: "says nothing at all",
    behaviour: { socket: () => undefined },
    error: NOT_REACHED,
  },
];

/** Until the other side hangs up. */
function pour(
  to: { write(block: Buffer): boolean; once(event: "drain", then: () => void): unknown; destroyed: boolean },
  block: Buffer,
): void {
  while (!to.destroyed && to.write(block));
  if (!to.destroyed) to.once("drain", () => pour(to, block));
}

function endlessly(block: Buffer, where: "stdout" | "stderr" = "stdout") {
  return (channel: ServerChannel) => pour(where === "stdout" ? channel.stdin : channel.stderr, block);
}

function answerWith(channel: ServerChannel, text: (nonce: string) => string): void {
  let program = "";
  channel.on("data", (chunk: Buffer) => {
    program += chunk.toString();
    const [, nonce] = /(?:^|; )echo '= over (\S+)'$/m.exec(program) ?? [];
    if (nonce !== undefined) channel.write(text(nonce));
  });
}

import { connect, createServer, type Server, type Socket } from "node:net";

/** Whoever says this little after so long only asks whether the other is still there: no round trip of the work. */
const KEEPALIVE_BYTES_MAX = 120;
const KEEPALIVE_SILENCE_MS = 4_000;

/** What went over one TCP connection. */
interface Call {
  /** Times the caller spoke after having listened: round trips that had to wait for each other. */
  turns: number;
  listening: boolean;
  /** When either side last spoke, in milliseconds. */
  heard: number;
  /** To the host and from it. */
  bytes: number;
}

/** What a conversation with a host cost. */
export interface Cost {
  readonly connections: number;
  readonly roundTrips: number;
  /** Both ways, as they went over the wire, without the headers of IP and TCP. */
  readonly bytes: number;
}

/** Stands between this machine and a host's sshd and counts; the bytes pass unchanged. */
export class Wiretap {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #calls: Call[] = [];

  private constructor(server: Server, port: number, to: string) {
    this.#server = server;
    this.port = port;
    server.on("connection", (caller) => this.#pass(caller, connect({ host: to, port: 22, noDelay: true })));
  }

  /** @param to address of a host */
  static async open(to: string): Promise<Wiretap> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the wiretap has no port");
    return new Wiretap(server, address.port, to);
  }

  #pass(caller: Socket, host: Socket): void {
    const call: Call = { turns: 0, listening: true, heard: performance.now(), bytes: 0 };
    this.#calls.push(call);
    caller.on("data", (chunk: Buffer) => {
      const silence = performance.now() - call.heard;
      call.heard = performance.now();
      call.bytes += chunk.length;
      if (call.listening && !(chunk.length < KEEPALIVE_BYTES_MAX && silence > KEEPALIVE_SILENCE_MS))
        call.turns++;
      call.listening = false;
    });
    host.on("data", (chunk: Buffer) => {
      call.heard = performance.now();
      call.bytes += chunk.length;
      call.listening = true;
    });
    for (const [from, to] of [
      [caller, host],
      [host, caller],
    ] as const) {
      this.#sockets.add(from);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => this.#sockets.delete(from));
    }
  }

  /** Since the last count. */
  count(): Cost {
    const calls = this.#calls;
    this.#calls = [];
    const sum = (of: (call: Call) => number) => calls.reduce((all, call) => all + of(call), 0);
    return {
      connections: calls.length,
      roundTrips: sum(({ turns }) => turns),
      bytes: sum(({ bytes }) => bytes),
    };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

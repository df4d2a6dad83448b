import { connect, createServer, type Server, type Socket } from "node:net";

/** What went over one TCP connection. */
interface Call {
  /** Times the caller spoke after having listened: round trips that had to wait for each other. */
  turns: number;
  listening: boolean;
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
    const call: Call = { turns: 0, listening: true };
    this.#calls.push(call);
    caller.on("data", () => {
      if (call.listening) call.turns++;
      call.listening = false;
    });
    host.on("data", () => {
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

  /** Connections and round trips since the last count. */
  count(): { readonly connections: number; readonly roundTrips: number } {
    const calls = this.#calls;
    this.#calls = [];
    return { connections: calls.length, roundTrips: calls.reduce((sum, { turns }) => sum + turns, 0) };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

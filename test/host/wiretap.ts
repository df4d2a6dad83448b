import { connect, createServer, type Server, type Socket } from "node:net";

/** Each way: what one side says reaches the other this much later. */
const DELAY_MS = 10;
const ROUND_TRIP_MS = 2 * DELAY_MS;

/** So little after so long is a question whether the other side is still there: no part of the work. */
const KEEPALIVE_BYTES_MAX = 120;
const KEEPALIVE_SILENCE_MS = 4_000;

/** What a conversation with a host cost. */
export interface Cost {
  readonly connections: number;
  /** How often the caller had to wait for the host before it could go on. */
  readonly roundTrips: number;
  /** Both ways, as they went over the wire, without the headers of IP and TCP. */
  readonly bytes: number;
}

/** What went over one TCP connection. Times are in milliseconds. */
class Call {
  bytes = 0;
  roundTrips = 0;
  #heard = true;
  #spokeAt = Number.NEGATIVE_INFINITY;
  #wentOnAt = Number.NEGATIVE_INFINITY;

  /** The host cannot have answered in less than a round trip: what is said sooner did not wait for it. */
  said(bytes: number, now: number): void {
    this.bytes += bytes;
    const isKeepalive = bytes < KEEPALIVE_BYTES_MAX && now - this.#spokeAt > KEEPALIVE_SILENCE_MS;
    this.#spokeAt = now;
    if (!this.#heard || isKeepalive || now - this.#wentOnAt < ROUND_TRIP_MS) return;
    this.roundTrips++;
    this.#wentOnAt = now;
    this.#heard = false;
  }

  heard(bytes: number): void {
    this.bytes += bytes;
    this.#heard = true;
  }
}

/** Stands between this machine and a host's sshd, far away, and counts; the bytes pass unchanged. */
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
    const call = new Call();
    this.#calls.push(call);
    this.#carry(caller, host, (bytes) => call.said(bytes, performance.now()));
    // heard when it arrives, not when it was said
    this.#carry(host, caller, (bytes) => void setTimeout(() => call.heard(bytes), DELAY_MS));
  }

  #carry(from: Socket, to: Socket, note: (bytes: number) => void): void {
    this.#sockets.add(from);
    from.on("data", (chunk: Buffer) => {
      note(chunk.length);
      setTimeout(() => to.write(chunk), DELAY_MS);
    });
    from.on("end", () => setTimeout(() => to.end(), DELAY_MS));
    from.on("error", () => to.destroy());
    from.on("close", () => this.#sockets.delete(from));
  }

  /** Since the last count. */
  count(): Cost {
    const calls = this.#calls;
    this.#calls = [];
    const sum = (of: (call: Call) => number) => calls.reduce((all, call) => all + of(call), 0);
    return {
      connections: calls.length,
      roundTrips: sum(({ roundTrips }) => roundTrips),
      bytes: sum(({ bytes }) => bytes),
    };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

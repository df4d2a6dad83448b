import { connect, createServer, type Server, type Socket } from "node:net";

/** What can be done to the connections that go through. */
export interface Line {
  /** Both ends learn at once that the connection is gone. */
  drop(): void;
  /** Nothing is heard of the other end any more, and no side is told. */
  hang(): void;
}

/**
 * Stands between this machine and a host's sshd and counts what goes through in bursts: pieces as they arrive, from
 * either side. At one of them it strikes; connections that are made later are spared.
 */
export class Cutter {
  readonly port: number;
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #bursts = 0;
  #at = Number.POSITIVE_INFINITY;
  #strike: (line: Line) => void = () => {};

  private constructor(server: Server, port: number, to: string) {
    this.#server = server;
    this.port = port;
    server.on("connection", (caller) => this.#pass(caller, connect({ host: to, port: 22, noDelay: true })));
  }

  /** @param to address of a host */
  static async open(to: string): Promise<Cutter> {
    const server = createServer({ noDelay: true });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the cutter has no port");
    return new Cutter(server, address.port, to);
  }

  /** Counts from 0 again. @param at number of the burst before which it strikes, once */
  lieInWait(at: number, strike: (line: Line) => void): void {
    this.#bursts = 0;
    this.#at = at;
    this.#strike = strike;
  }

  /** Strikes no more, and counts from 0 again. */
  goAway(): void {
    this.lieInWait(Number.POSITIVE_INFINITY, () => {});
  }

  /** Since it began to count. */
  get bursts(): number {
    return this.#bursts;
  }

  /** True when it has struck. */
  get hasStruck(): boolean {
    return this.#bursts > this.#at;
  }

  close(): void {
    this.#server.close();
    this.#drop();
  }

  #pass(caller: Socket, host: Socket): void {
    const pair = [caller, host] as const;
    this.#pairs.add(pair);
    this.#carry(caller, host);
    this.#carry(host, caller);
    caller.once("close", () => this.#pairs.delete(pair));
  }

  #carry(from: Socket, to: Socket): void {
    from.on("data", (chunk: Buffer) => {
      if (this.#bursts++ === this.#at) this.#strike({ drop: () => this.#drop(), hang: () => this.#hang() });
      if (!from.isPaused()) to.write(chunk);
    });
    from.on("end", () => to.end());
    from.on("error", () => to.destroy());
  }

  #drop(): void {
    for (const socket of [...this.#pairs].flat()) socket.destroy();
  }

  #hang(): void {
    for (const socket of [...this.#pairs].flat()) socket.pause();
  }
}

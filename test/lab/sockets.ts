import { connect, createServer, type Socket } from "node:net";

/** A listener on a port of 127.0.0.1. */
export interface Listener {
  readonly port: number;
  close(): void;
}

/** @param greet called with each caller */
export async function listen(greet: (caller: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (caller) => {
    sockets.add(caller);
    caller.on("error", () => caller.destroy());
    caller.on("close", () => sockets.delete(caller));
    greet(caller);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the listener has no port");
  return {
    port: address.port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Takes every call and never says anything. */
export const deaf = (): Promise<Listener> => listen(() => undefined);

/** Says something twice a second and never comes to the point. */
export const rambling = (): Promise<Listener> =>
  listen((caller) => {
    const talk = setInterval(() => caller.write("x"), 500);
    caller.on("close", () => clearInterval(talk));
  });

/** Carries what is said to a port of 127.0.0.1 and back, for the first callers; the others are turned away. */
export const closing = (port: number, callersMax: number): Promise<Listener> => {
  let callers = 0;
  return listen((caller) => (++callers > callersMax ? caller.destroy() : carry(caller, port, 0)));
};

/** Carries what is said to a port of 127.0.0.1 and back, each way with a delay. */
export const farAway = (port: number, delayMs: number): Promise<Listener> =>
  listen((caller) => carry(caller, port, delayMs));

function carry(caller: Socket, port: number, delayMs: number): void {
  const host = connect({ host: "127.0.0.1", port, noDelay: true });
  const pass = (from: Socket, to: Socket) => {
    from.on("data", (chunk: Buffer) => setTimeout(() => to.write(chunk), delayMs));
    from.on("end", () => setTimeout(() => to.end(), delayMs));
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  };
  pass(caller, host);
  pass(host, caller);
}

/** Calls a port of 127.0.0.1 and stays on the line without a word, once it was greeted. */
export function occupy(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("data", () => resolve(socket));
    socket.once("error", reject);
  });
}

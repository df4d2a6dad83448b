import { once } from "node:events";
import { createServer, type Server as NetServer, type Socket } from "node:net";
import ssh2, { type Connection, type ServerChannel } from "ssh2";
import type { SshConnection } from "../../providers/ssh/connection.ts";

/** What an attacker does who holds the host's key: everything from the first byte on. */
export interface Behaviour {
  /** Takes the place of the whole server: what it says on the bare socket. */
  readonly socket?: (socket: Socket) => void;
  /** Shown before the login. */
  readonly banner?: string;
  /** What a login gets, whatever the key. Without it no channel is ever answered. */
  readonly shell?: (channel: ServerChannel) => void;
}

const HOST = keyPair();
const LOGIN = keyPair();

/** One in two hundred of those that ssh2 makes is malformed, for OpenSSH too. */
function keyPair(): { readonly private: string; readonly public: string } {
  const pair = ssh2.utils.generateKeyPairSync("ed25519");
  return ssh2.utils.parseKey(pair.private) instanceof Error ? keyPair() : pair;
}

/** A real SSH server in this process, on a port of its own of 127.0.0.1. */
export class Sshd {
  readonly connection: SshConnection;
  readonly #server: NetServer;
  readonly #sockets = new Set<Socket>();

  private constructor(server: NetServer, port: number) {
    this.#server = server;
    this.connection = {
      host: "127.0.0.1",
      port,
      user: "root",
      hostKey: HOST.public,
      privateKey: LOGIN.private,
    };
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined); // followed by `close`
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  static async open(behaviour: Behaviour): Promise<Sshd> {
    const { socket: bare, banner } = behaviour;
    const ssh = new ssh2.Server({
      hostKeys: [HOST.private],
      ...(banner === undefined ? {} : { banner }),
    });
    ssh.on("connection", (client) => serve(client, behaviour));
    const server = createServer((socket) => (bare === undefined ? ssh.injectSocket(socket) : bare(socket)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    return new Sshd(server, address.port);
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function serve(client: Connection, { shell }: Behaviour): void {
  client.on("error", () => undefined); // of a client that hung up
  client.on("authentication", (context) => {
    if (context.method === "none") context.reject(["publickey"]);
    else context.accept();
  });
  client.on("ready", () =>
    client.on("session", (accept) => {
      if (shell === undefined) return;
      accept().on("exec", (take) => {
        const channel = take();
        channel.on("error", () => undefined);
        shell(channel);
      });
    }),
  );
}

import { once } from "node:events";
import { connect, createServer, type Server as NetServer, type Socket } from "node:net";
import ssh2, { type AuthContext, type Connection, type ServerChannel, type TcpipRequestInfo } from "ssh2";
import type { SshConnection } from "../../providers/ssh/connection.ts";

/** What an attacker does who holds the host's key: everything from the first byte on. */
export interface Behaviour {
  /** Takes the place of the whole server: what it says on the bare socket. */
  readonly socket?: (socket: Socket) => void;
  /** Shown before the login. */
  readonly banner?: string;
  /** What a login gets. Without it no channel is ever answered. */
  readonly shell?: (channel: ServerChannel) => void;
  /** What comes of each request for a login. @default each key is taken */
  readonly admit?: (request: AuthContext) => void;
  /** Connections are opened for callers, as a jump host does. */
  readonly forwards?: true;
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
  /** Requests for a login: a key that is taken is asked about, and then signed with; and how often it let in. */
  readonly counts = { asked: 0, logins: 0 };
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
    const server = createServer((socket) => (bare === undefined ? ssh.injectSocket(socket) : bare(socket)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the server has no port");
    const sshd = new Sshd(server, address.port);
    ssh.on("connection", (client) => serve(client, behaviour, sshd.counts));
    return sshd;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function serve(
  client: Connection,
  { shell, admit = admitKeys, forwards }: Behaviour,
  counts: Sshd["counts"],
): void {
  client.on("error", () => undefined); // of a client that hung up
  client.on("authentication", (request) => {
    counts.asked++;
    admit(request);
  });
  if (forwards === true) client.on("tcpip", forward);
  client.on("ready", () => {
    counts.logins++;
    client.on("session", (accept) => {
      if (shell === undefined) return;
      accept().on("exec", (take) => {
        const channel = take();
        channel.on("error", () => undefined);
        shell(channel);
      });
    });
  });
}

function admitKeys(request: AuthContext): void {
  if (request.method === "none") request.reject(["publickey"]);
  else request.accept();
}

function forward(
  accept: () => ServerChannel,
  reject: () => void,
  { destIP, destPort }: TcpipRequestInfo,
): void {
  const socket = connect(destPort, destIP);
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.off("error", reject);
    const channel = accept();
    for (const end of [socket, channel]) end.on("error", () => undefined);
    socket.pipe(channel).pipe(socket);
  });
}

import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer, type Server as Port, type Socket } from "node:net";
import { shell } from "../toolchain/command.ts";

export type Scheme = "http" | "https";

/** How a server answers; it may do so for as long as the other side listens. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** A server on loopback that speaks HTTP and HTTPS on one port, and answers as it is told to. */
export class ArchiveServer {
  /** Of itself, for 127.0.0.1 alone. PEM. */
  readonly certificate: string;
  answer: Answer = (response) => response.end();
  /** Requests so far. */
  visits = 0;
  readonly #port: Port;
  readonly #open = new Set<Socket>();

  private constructor(certificate: string, key: string) {
    this.certificate = certificate;
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      this.visits++;
      this.answer(response, request);
    };
    const plain = createHttp(answer);
    const encrypted = createHttps({ cert: certificate, key }, answer);
    this.#port = createServer((socket) => {
      this.#open.add(socket);
      socket.on("close", () => this.#open.delete(socket));
      socket.on("error", () => undefined); // a client that refuses the answer hangs up
      socket.once("data", (first) => handOver(first[0] === TLS_HANDSHAKE ? encrypted : plain, socket, first));
    });
  }

  static async open(): Promise<ArchiveServer> {
    const [certificate = "", key = ""] = (await shell(CERTIFICATE)).split(/(?=-----BEGIN PRIVATE)/);
    const server = new ArchiveServer(certificate, key);
    await new Promise<void>((resolve) => server.#port.listen(0, "127.0.0.1", resolve));
    return server;
  }

  /** @param host a name or address of this machine. */
  url(scheme: Scheme, path: string, host = "127.0.0.1"): string {
    return `${scheme}://${host}:${(this.#port.address() as AddressInfo).port}${path}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    await new Promise((resolve) => this.#port.close(resolve));
  }
}

/** First byte of a client that wants encryption. */
const TLS_HANDSHAKE = 22;

function handOver(server: Server, socket: Socket, first: Buffer): void {
  socket.pause();
  socket.unshift(first);
  server.emit("connection", socket);
  process.nextTick(() => socket.resume());
}

const CERTIFICATE = `
d=$(mktemp -d)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -days 2 -subj /CN=loopback \\
  -addext subjectAltName=IP:127.0.0.1 -keyout "$d/key" -out "$d/crt" 2>/dev/null
cat "$d/crt" "$d/key"
rm -r "$d"
`;

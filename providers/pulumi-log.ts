import type { Client } from "@grpc/grpc-js";
import { printable } from "./engine/errors.ts";

/** Pulumi's engine runs on the same machine; a line that it has not taken by then is printed. */
const PATIENCE_MS = 5_000;

interface Message {
  readonly text: string;
  /** Of the resource that it is about; empty: the stack. */
  readonly urn: string;
  /** Shown until the next one or the end of the run, and gone then. */
  readonly ephemeral: boolean;
}

/** A connection to Pulumi's engine. `send` fails with the error of gRPC. */
interface Engine {
  readonly client: Client;
  send(message: Message): Promise<void>;
}

/**
 * Lines for the user, by way of Pulumi's engine: what a provider prints has no resource, and stays among the
 * diagnostics until the end of the run. They arrive in their order.
 */
export class PulumiLog {
  readonly #address: string | null;
  readonly #print: (text: string) => void;
  #engine: Promise<Engine> | null = null;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param address of Pulumi's engine, HOST:PORT; a dynamic provider gets it as its first argument. Without one, lines
   * are printed.
   */
  constructor(address: string | undefined, print: (text: string) => void = console.log) {
    this.#address = address !== undefined && /^[\w.:[\]-]+:\d+$/.test(address) ? address : null;
    this.#print = print;
  }

  /**
   * Says lines that belong together; they stay until the end.
   *
   * @param urn of the resource that they are about; without one they are shown at the stack
   */
  say(lines: readonly string[], urn = ""): void {
    this.#add({ text: lines.map(printable).join("\n"), urn, ephemeral: false });
  }

  /** Shows at the stack what the run is busy with. */
  show(line: string): void {
    this.#add({ text: printable(line), urn: "", ephemeral: true });
  }

  /** When everything that was said has arrived: a run may end as soon as a method of the provider has. */
  delivered(): Promise<void> {
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#last;
    (await this.#engine)?.client.close();
  }

  #add(message: Message): void {
    const address = this.#address;
    if (address === null) this.#print(message.text);
    else this.#last = this.#last.then(() => this.#deliver(address, message));
  }

  async #deliver(address: string, message: Message): Promise<void> {
    this.#engine ??= connect(address);
    const { send } = await this.#engine;
    await send(message).catch(() => this.#print(message.text));
  }
}

/** Loaded when there is something to say: it is much, and as a rule nothing is said. */
async function connect(address: string): Promise<Engine> {
  const { credentials, Metadata } = await import("@grpc/grpc-js");
  const { EngineClient } = (await import("@pulumi/pulumi/proto/engine_grpc_pb.js")).default;
  const { LogRequest, LogSeverity } = (await import("@pulumi/pulumi/proto/engine_pb.js")).default;
  // a proxy of the user's has no business between two processes of one machine
  const client = new EngineClient(address, credentials.createInsecure(), { "grpc.enable_http_proxy": 0 });
  const send = ({ text, urn, ephemeral }: Message) => {
    const request = new LogRequest().setSeverity(LogSeverity.INFO).setMessage(text);
    request.setUrn(urn).setEphemeral(ephemeral);
    const limits = { deadline: Date.now() + PATIENCE_MS };
    return new Promise<void>((done, fail) => {
      client.log(request, new Metadata(), limits, (error) => (error === null ? done() : fail(error)));
    });
  };
  return { client, send };
}

import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb.js";
import { PulumiLog } from "../../providers/pulumi-log.ts";

const URN =
  "urn:pulumi:prod::home::tsproxy:index:Gateway$pulumi-nodejs:dynamic/tsproxy:HostState::home-gateway";

/** What Pulumi's engine takes of what a provider says. */
async function pulumiEngine() {
  const server = new Server();
  const taken: LogRequest.AsObject[] = [];
  server.addService(
    { log: { ...EngineService.log, responseSerialize: () => Buffer.alloc(0) } },
    {
      log({ request }: { request: LogRequest }, answer: (error: null, nothing: object) => void) {
        taken.push(request.toObject());
        answer(null, {});
      },
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { server, taken, address: `127.0.0.1:${port}` };
}

describe("what the provider says", () => {
  let engine: Awaited<ReturnType<typeof pulumiEngine>>;
  let printed: string[];
  let log: PulumiLog;
  beforeEach(async () => {
    engine = await pulumiEngine();
    printed = [];
    log = new PulumiLog(engine.address, (text) => void printed.push(text));
  });
  afterEach(async () => {
    await log.close();
    engine.server.forceShutdown();
  });

  it("is shown at the resource that it is about, as one message, and stays", async () => {
    log.say(["gw: port 1 -> 2", "gw: restarts x.service"], URN);
    await log.delivered();
    expect(engine.taken).toEqual([
      expect.objectContaining({
        message: "gw: port 1 -> 2\ngw: restarts x.service",
        urn: URN,
        ephemeral: false,
        severity: 1,
      }),
    ]);
    expect(printed).toEqual([]);
  });

  it("of what a host is busy with is shown at the stack, and is gone at the end", async () => {
    log.show("gw: install nftables … 2 s");
    await log.delivered();
    expect(engine.taken).toEqual([
      expect.objectContaining({ message: "gw: install nftables … 2 s", urn: "", ephemeral: true }),
    ]);
  });

  it("arrives in its order, and all of it", async () => {
    const lines = Array.from({ length: 50 }, (_, number) => `line ${number}`);
    for (const line of lines) log.say([line]);
    await log.delivered();
    expect(engine.taken.map(({ message }) => message)).toEqual(lines);
  });

  it("holds nothing that could steer a terminal", async () => {
    log.say(["a\u001b[2J\nb", "c"]);
    await log.delivered();
    expect(engine.taken.map(({ message }) => message)).toEqual(["a?[2J?b\nc"]);
  });

  it("is printed when the engine does not take it", async () => {
    engine.server.forceShutdown();
    log.say(["gw: note"], URN);
    await log.delivered();
    expect(printed).toEqual(["gw: note"]);
  });

  it.each([undefined, "", "--help", "/some/file"])("is printed where the engine is called %j", (address) => {
    new PulumiLog(address, (text) => void printed.push(text)).say(["gw: note"], URN);
    expect(printed).toEqual(["gw: note"]);
  });
});

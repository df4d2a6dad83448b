import { loadavg } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { Configurations } from "../../test/host/laboratory-config.ts";
import { Stack } from "../../test/host/stack.ts";
import { type Lab, openLab } from "../../test/lab/index.ts";
import { down } from "../../test/lab/lifecycle.ts";
import { type Way, WORK } from "../../test/lab/proofs.ts";
import { withProgress } from "../../test/toolchain/progress.ts";
import { versions } from "../../test/toolchain/versions.ts";
import { thisMachine } from "../report/this-machine.ts";
import type { DataPlaneResult } from "../results.ts";
import { candidates, WEB_PORT } from "./chains.ts";
import { bulk, GENERATOR, installLoad, PROGRAM, type Route, rate } from "./load.ts";
import { type Load, measureChains } from "./measure.ts";
import { type KeptChain, keepChain, startChain } from "./other-server.ts";
import { type SeedChain, startSeedChain } from "./seed-chain.ts";

const CALM = 0.5;
const LOAD: Omit<Load, "runs"> = {
  connections: 2400,
  parallel: 16,
  bulkMegabytes: 300,
  serial: 200,
  sessions: 1000,
  active: { sessions: 200, seconds: 60 },
};
/** Name of the laboratory; an interrupted run may leave it. */
export const LAB_NAME = "benchdp";
const SEED: SeedChain = { netns: `tsp-${WORK.name}`, port: 11090 };

/**
 * Makes a gateway in a laboratory of its own and measures what goes through it with each server, beside the seed's
 * chain; five runs take about ten minutes.
 *
 * @param options.runs at least 1. @default 5
 * @param options.lab name of the laboratory; what an interrupted run left of it is removed first. @default benchdp
 */
export async function dataPlane(
  options: { readonly runs?: number; readonly lab?: string } = {},
): Promise<DataPlaneResult> {
  const start = performance.now();
  const loadBefore = await calm();
  const name = options.lab ?? LAB_NAME;
  await down(name);
  const lab = await openLab(name);
  try {
    const singBox = await makeGateway(lab);
    const result = await measureGateway(lab, WORK, singBox, { ...LOAD, runs: options.runs ?? 5 });
    return { ...result, loadBefore, seconds: Math.round((performance.now() - start) / 1000) };
  } finally {
    await lab.down();
  }
}

/** A gateway with Dante, made by `up`, and what an `up` with sing-box had made before, beside it. */
async function makeGateway(lab: Lab): Promise<KeptChain> {
  const configurations = new Configurations(lab);
  const of = (server: "dante" | "sing-box") =>
    configurations.of([WORK], {
      tailnet: { socks: { port: WORK.port, maxSessions: 2 * LOAD.sessions, server } },
    });
  const stack = await Stack.open(lab.name, await of("sing-box"));
  const up = ["up", "--yes", "--skip-preview"];
  try {
    await withProgress("pulumi up of the gateway", stack.expect(up));
    const singBox = await keepChain(lab, WORK.name, WORK.port);
    await stack.configure(await of("dante"));
    await withProgress("the same with the other server", stack.expect(up));
    await startChain(lab, singBox);
    return singBox;
  } finally {
    stack.remove();
  }
}

/** Waits for what ran before to be out of the load average, three minutes at most. @returns the load average */
async function calm(): Promise<number> {
  for (let second = 0; ; second++) {
    const [load = 0] = loadavg();
    if (load < CALM || second === 180) return load;
    await delay(1000);
  }
}

/** Measures a gateway that is up. Leaves the seed's chain and the web servers running in the laboratory. */
export async function measureGateway(
  lab: Lab,
  way: Way,
  singBox: KeptChain,
  load: Load,
): Promise<Omit<DataPlaneResult, "seconds" | "loadBefore">> {
  await installLoad(lab, ["client", "gateway", "office"]);
  await serve(lab, "office", `10.0.0.50:${WEB_PORT}`, "lan");
  await serve(lab, "gateway", `${lab.hosts.gateway.tailnetAddress}:${WEB_PORT}`);
  await serve(lab, "client", `127.0.0.1:${WEB_PORT}`);
  await startSeedChain(lab, SEED);
  const generator = await limitsOf(lab, load);
  const chains = await measureChains(lab, candidates(lab, way, singBox, SEED), load);
  return {
    at: new Date().toISOString(),
    machine: thisMachine(),
    versions: await versionsOf(lab),
    parallel: load.parallel,
    connections: load.connections,
    bulkMegabytes: load.bulkMegabytes,
    generator,
    chains,
  };
}

async function serve(
  lab: Lab,
  host: "office" | "gateway" | "client",
  address: string,
  netns?: string,
): Promise<void> {
  const inside = netns === undefined ? [] : [`--property=NetworkNamespacePath=/run/netns/${netns}`];
  const limit = "--property=LimitNOFILE=65536";
  await lab.mustExec(host, [
    "systemd-run",
    "--quiet",
    "--unit=bench-web",
    limit,
    ...inside,
    PROGRAM,
    "serve",
    address,
  ]);
}

/** What the generator does with a server beside it and no tunnel, relay or SOCKS server between. */
async function limitsOf(lab: Lab, load: Load): Promise<DataPlaneResult["generator"]> {
  const route: Route = { from: "client", target: `127.0.0.1:${WEB_PORT}` };
  const { connectionsPerSecond } = await rate(lab, route, load.connections * 5, load.parallel);
  const megabytesPerSecond = await bulk(lab, route, load.bulkMegabytes * 10);
  return { name: GENERATOR, connectionsPerSecond, megabytesPerSecond };
}

async function versionsOf(lab: Lab): Promise<Record<string, string>> {
  const format = "--showformat=${Package} ${Version}\\n";
  const packages = await lab.mustExec("gateway", [
    "dpkg-query",
    "--show",
    format,
    "systemd",
    "dante-server",
    "socat",
  ]);
  const pairs = packages
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  return { tailscale: versions.tailscale, "sing-box": versions.singBox, ...Object.fromEntries(pairs) };
}

import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { enter } from "../../test/lab/exec.ts";
import type { HostName, Lab } from "../../test/lab/index.ts";
import { find } from "../../test/lab/instance.ts";
import { cached, inCache, recipeId } from "../../test/toolchain/cache.ts";
import { run } from "../../test/toolchain/command.ts";
import { goToolchain } from "../../test/toolchain/go.ts";

/** How the load generator calls itself in tables. */
export const GENERATOR = "a Go program, one goroutine per connection";

/** Where it lies on the laboratory's hosts. */
export const PROGRAM = "/usr/local/bin/load";

/** Where connections begin, through what, and where they end. */
export interface Route {
  readonly from: HostName;
  /** Name of the host's network namespace in which they begin. @default the host's own */
  readonly netns?: string;
  /** ADDRESS:PORT of a SOCKS5 server without a password. @default none */
  readonly proxy?: string;
  /** IPv4 ADDRESS:PORT of `load serve`. */
  readonly target: string;
}

export interface Rate {
  /** Of those that got their answer. */
  readonly connectionsPerSecond: number;
  /** From the start of a connection to the end of its answer. */
  readonly medianMs: number;
  /** The same of the slowest in a hundred. */
  readonly p99Ms: number;
  readonly errors: number;
}

/** Sessions that are open until they are released. */
export interface Held {
  /** Sessions that opened. */
  readonly open: number;
  /** Asks for an answer on every session, closes them all, and returns how many of those wanted had failed by then. */
  release(): Promise<number>;
}

const source = join(import.meta.dirname, "load");

/** The load generator, built. Seconds; nothing when there. */
async function buildLoad(): Promise<string> {
  const texts = readdirSync(source)
    .sort()
    .map((file) => readFileSync(join(source, file), "utf8"));
  const place = inCache("bin", `load-${recipeId(texts)}`);
  await cached(place, "building the load generator", async (part) => {
    const env = {
      ...(await goToolchain()),
      CGO_ENABLED: "0",
      GOFLAGS: "-trimpath -buildvcs=false",
      GOWORK: "off",
    };
    await run(["go", "build", "-ldflags", "-s -w", "-o", join(part, "load"), "."], { cwd: source, env });
  });
  return join(place, "load");
}

/** Puts the load generator onto hosts. */
export async function installLoad(lab: Lab, hosts: readonly HostName[]): Promise<void> {
  const program = readFileSync(await buildLoad());
  const put = `cat > ${PROGRAM}.part && chmod 755 ${PROGRAM}.part && mv ${PROGRAM}.part ${PROGRAM}`;
  await Promise.all(hosts.map((host) => lab.mustExec(host, put, { stdin: program })));
}

/** Opens `connections` connections, `parallel` at a time, each for one small answer. */
export function rate(lab: Lab, route: Route, connections: number, parallel: number): Promise<Rate> {
  return ask<Rate>(lab, route, "rate", connections, parallel);
}

/** Sessions that each ask for something five times a second. */
export function active(
  lab: Lab,
  route: Route,
  sessions: number,
  seconds: number,
): Promise<Pick<Rate, "medianMs" | "p99Ms" | "errors">> {
  return ask(lab, route, "active", sessions, seconds);
}

/** One download, in 10^6 bytes a second. @throws Error when it is cut short */
export async function bulk(lab: Lab, route: Route, megabytes: number): Promise<number> {
  const { megabytesPerSecond, error } = await ask<{ megabytesPerSecond: number; error: string }>(
    lab,
    route,
    "bulk",
    megabytes * 1e6,
  );
  if (error !== "") throw new Error(`download through ${route.proxy ?? "nothing"}: ${error}`);
  return megabytesPerSecond;
}

async function ask<Answer>(lab: Lab, route: Route, verb: string, ...numbers: number[]): Promise<Answer> {
  return JSON.parse(await lab.mustExec(route.from, commandOf(route, verb, ...numbers)));
}

/** Opens `sessions` sessions that say nothing; returns when each is open or has failed. */
export async function hold(lab: Lab, route: Route, sessions: number): Promise<Held> {
  const instance = find(lab.name);
  if (instance === undefined) throw new Error(`laboratory ${lab.name} is down`);
  const [program = "", ...args] = enter(instance, route.from, commandOf(route, "hold", sessions));
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<{ open: number; errors: number }> => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`the load generator on ${route.from} ended while it held sessions`);
    return JSON.parse(value);
  };
  const { open } = await next();
  return {
    open,
    async release() {
      child.stdin.end();
      return (await next()).errors;
    },
  };
}

function commandOf({ netns, proxy, target }: Route, verb: string, ...numbers: number[]): string[] {
  const inside = netns === undefined ? [] : ["ip", "netns", "exec", netns];
  return [...inside, PROGRAM, verb, proxy ?? "-", target, ...numbers.map(String)];
}

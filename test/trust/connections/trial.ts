import { HostError } from "../../../providers/engine/errors.ts";
import type { Host, Order } from "../../../providers/engine/host.ts";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { closeAll } from "../../../providers/ssh/pool.ts";
import { SshServer } from "../../lab/ssh-server.ts";
import { prepareBase } from "../../toolchain/base.ts";
import type { Case, Trial } from "../contract.ts";
import type { Refusal, Situation } from "./faulty-hosts.ts";
import { connectionTo, type Keys, newKeys } from "./keys.ts";

export type Open = (connection: SshConnection) => Host;

/** Until a user knows what is wrong. */
const LIMIT_MS = 15_000;
const SECRET = "canary-of-a-connection";

/**
 * Sets up hosts in situations, one after the other and then at random with a jump host, other users and more resources.
 *
 * @param open the product, or something broken in its place
 */
export function connectionTrial(
  name: string,
  situations: readonly [Situation, ...Situation[]],
  open: Open,
  cases: Trial["cases"],
): Trial {
  return {
    name,
    on: "machine",
    cases,
    async open() {
      await prepareBase("bookworm");
      const [ours, strangers] = await Promise.all([newKeys(), newKeys()]);
      const figures = { "connection attempts": 0, "longest refusal, ms": 0 };
      return {
        async try(one) {
          const first = situations[one.number];
          const tried = await attempt(
            one,
            first ?? one.pick(situations),
            first === undefined,
            open,
            ours,
            strangers,
          );
          figures["connection attempts"]++;
          figures["longest refusal, ms"] = Math.max(figures["longest refusal, ms"], tried);
        },
        async close() {},
        figures: () => figures,
      };
    },
  };
}

/** @returns milliseconds until a refusal; 0 when it worked */
async function attempt(
  one: Case,
  situation: Situation,
  isVaried: boolean,
  open: Open,
  ours: Keys,
  strangers: Keys,
): Promise<number> {
  const { jump: wanted, comes } = situation;
  const jumpOptions = wanted === undefined ? (isVaried && one.below(2) === 1 ? {} : null) : wanted;
  const authorized = [ours.public];
  const server = await SshServer.start({ ...situation.server, authorized });
  const jump = jumpOptions === null ? null : await SshServer.start({ ...jumpOptions, authorized });
  const arranged = await situation.arrange?.({
    server,
    jump,
    strangersKey: strangers.private,
    strangersHostKey: strangers.public,
  });
  const connection: SshConnection = {
    ...connectionTo(server, situation.user ?? one.pick(["root", "admin"]), ours),
    ...arranged?.connection,
    ...(jump === null
      ? {}
      : { jump: { ...connectionTo(jump, one.pick(["root", "admin"]), ours), ...arranged?.jump } }),
  };
  try {
    const began = performance.now();
    const host = open(connection);
    const asked = Array.from({ length: 1 + one.below(3) }, () => host.apply(writing(SECRET)));
    const results = await Promise.allSettled(asked);
    const tookMs = performance.now() - began;
    judge(situation.name, comes, results, tookMs);
    judgeHost(situation.name, comes, server, jump);
    return comes === "to work" ? 0 : Math.round(tookMs);
  } finally {
    arranged?.stop?.();
    await closeAll();
    await server.stop();
    await jump?.stop();
  }
}

function writing(content: string): Order {
  const path = "/etc/tsproxy-trial";
  return {
    identity: { project: "trust", stack: "trial", key: "gateway", sweeps: false },
    owned: { ...OWNS_NOTHING, files: [path] },
    steps: [{ do: "write", path, mode: "0600", content, found: "absent" }],
  };
}

function judge(
  name: string,
  comes: Situation["comes"],
  results: readonly PromiseSettledResult<unknown>[],
  tookMs: number,
): void {
  for (const result of results) {
    if (comes === "to work") {
      if (result.status === "rejected") throw new Error(`${name}: does not work: ${result.reason}`);
      continue;
    }
    if (result.status === "fulfilled") throw new Error(`${name}: was not refused`);
    const error: unknown = result.reason;
    if (!(error instanceof HostError)) throw new Error(`${name}: no error of a host: ${error}`);
    if (error.code !== comes.code) throw new Error(`${name}: ${error.code} and not ${comes.code}: ${error}`);
    if (!comes.says.test(error.message)) throw new Error(`${name}: does not say ${comes.says}: ${error}`);
    if (error.message.includes(SECRET)) throw new Error(`${name}: says a secret: ${error}`);
  }
  if (comes !== "to work" && tookMs > LIMIT_MS)
    throw new Error(`${name}: refused after ${Math.round(tookMs)} ms only`);
}

/** What the host saw of it. */
function judgeHost(name: string, comes: Situation["comes"], server: SshServer, jump: SshServer | null): void {
  const { callers, asked, refused, sessions } = server.counts;
  const refusal: Partial<Refusal> = comes === "to work" ? { callersMax: 5 } : comes;
  if (callers > (refusal.callersMax ?? 1)) throw new Error(`${name}: ${callers} connections to the host`);
  if (refused > (refusal.refusedMax ?? 1)) throw new Error(`${name}: one key was tried ${refused} times`);
  if (refusal.beforeLogin === true && asked + sessions > 0)
    throw new Error(`${name}: the host was asked for a login ${asked} times`);
  if (sessions > 1) throw new Error(`${name}: ${sessions} sessions were opened`);
  if (jump === null) return;
  if (jump.counts.callers > 1 || jump.counts.refused > 1 || jump.counts.sessions > 0)
    throw new Error(`${name}: of the jump host too much was asked: ${JSON.stringify(jump.counts)}`);
  if (
    comes !== "to work" &&
    comes.code === "host-key" &&
    server.counts.callers === 0 &&
    jump.counts.asked > 0
  )
    throw new Error(`${name}: a jump host that is not trusted was asked for a login`);
}

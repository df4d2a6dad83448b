import { HostError } from "../../../providers/engine/errors.ts";
import type { Host, Order } from "../../../providers/engine/host.ts";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { closeAll } from "../../../providers/ssh/pool.ts";
import { standIns } from "../../fake/sandbox.ts";
import { closing } from "../../lab/sockets.ts";
import { SshServer } from "../../lab/ssh-server.ts";
import { until } from "../../lab/waiting.ts";
import { connectionTo, type Keys, serverTrial } from "../connections/keys.ts";
import type { Case, Trial } from "../contract.ts";

/** With a way that stays open or is closed to new callers, directly or through a jump host, as root or with sudo. */
export const WAYS = 8;

const programs = Object.fromEntries(
  Object.entries(standIns).map(([name, text]) => [`usr/local/bin/${name}`, text]),
);

const CHANGE: Order = {
  identity: { project: "trust", stack: "trial", key: "gateway", sweeps: false },
  owned: OWNS_NOTHING,
  steps: [
    { do: "start", units: ["k.service"], inKernel: true },
    { do: "start", units: ["a.service"] },
  ],
};

/** A change over connections of a real sshd; what is closed to new callers still carries those that are there. */
export function connectedTrial(
  name: string,
  cases: Trial["cases"],
  open: (connection: SshConnection) => Host,
): Trial {
  return serverTrial(name, cases, (one, keys) => change(one, open, keys));
}

/** What fail2ban and sshguard lock addresses out for. */
const SCANNED = /^kex_exchange_identification: |^(?:Connection (?:closed|reset)|Disconnected) .*\[preauth\]/m;

async function change(one: Case, open: (connection: SshConnection) => Host, keys: Keys): Promise<void> {
  const bit = (place: number) => ((one.number >> place) & 1) === 1;
  const [isCut, viaJump, user] = [bit(0), bit(1), bit(2) ? "admin" : "root"];
  const authorized = [keys.public];
  const server = await SshServer.start({ authorized, programs });
  const jump = viaJump ? await SshServer.start({ authorized }) : null;
  const way = await closing(server.port, isCut ? 1 : 2);
  const connection = { ...connectionTo(server, user, keys), port: way.port };
  const asked = () => server.written("run/systemctl");
  try {
    const host = open(jump === null ? connection : { ...connection, jump: connectionTo(jump, user, keys) });
    const error: unknown = await host.apply(CHANGE).then(
      () => null,
      (error: unknown) => error,
    );
    if (isCut && !(error instanceof HostError && error.code === "cut-off"))
      throw new Error(`the way was cut, and it says: ${error}`);
    if (!isCut && error !== null) throw error;
    const decision = isCut ? /^start tsproxy_undo-\w+\.service$/m : /^stop tsproxy_undo-\w+\.timer$/m;
    await until(`${decision}`, async () => decision.test(asked()), 5_000, asked());
    if (!isCut && /^start tsproxy_undo/m.test(asked())) throw new Error(`undone for nothing:\n${asked()}`);
    const { callers, sessions } = server.counts;
    if (sessions !== 1 || callers > 2) throw new Error(`${sessions} sessions, ${callers} connections`);
    const logins = server.log.match(/^Accepted publickey /gm)?.length ?? 0;
    if (!isCut && logins !== 2) throw new Error(`${logins} logins`);
    if (SCANNED.test(server.log)) throw new Error(`it looks like a scan:\n${server.log}`);
    if ((jump?.counts.callers ?? 1) !== 1) throw new Error("the jump host was called more than once");
  } finally {
    way.close();
    await closeAll();
    await server.stop();
    await jump?.stop();
  }
}

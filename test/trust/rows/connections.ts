import { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { closeAll, openHost } from "../../../providers/ssh/pool.ts";
import { DEATHS, dyingTrial } from "../connections/dying.ts";
import { HOST_KEYS, LOGINS, PECULIARITIES, type Situation, SLOW } from "../connections/faulty-hosts.ts";
import { connectionTrial } from "../connections/trial.ts";
import type { Row } from "../contract.ts";

const QUICK = nonEmpty([...HOST_KEYS, ...LOGINS, ...PECULIARITIES]);
const HARD = nonEmpty(SLOW);

export const connections: Row = {
  name: "connections",
  title: "connections that fail",
  unproved:
    "Passwords that expire while a run goes on, and second factors, are not tried: nothing but keys is offered. " +
    "OpenSSH 9.2 of Debian 12 is the only server.",
  trials: [
    connectionTrial(
      "whatever is wrong with a login is said within 15 s, and a key is tried once and on a trusted host only",
      QUICK,
      openHost,
      { fast: QUICK.length, whole: 4 * QUICK.length },
    ),
    dyingTrial(
      "a host or jump host that dies in between is an error, and ends nothing else",
      { fast: DEATHS, whole: 5 * DEATHS },
      openHost,
    ),
    connectionTrial("a host that is slow to answer is given up within 15 s", HARD, openHost, {
      fast: 0,
      whole: 2 * HARD.length,
    }),
  ],
  faults: [
    {
      name: "the host key is not compared",
      trial: connectionTrial("no key is tried on a host that is not trusted", nonEmpty(HOST_KEYS), trusting, {
        fast: 1,
        whole: 1,
      }),
    },
    {
      name: "a refused key is tried again",
      trial: connectionTrial("a key is tried once", nonEmpty(LOGINS), insisting, { fast: 1, whole: 1 }),
    },
    {
      name: "the reason is not said",
      trial: connectionTrial("what is wrong is said", nonEmpty(LOGINS), mumbling, { fast: 1, whole: 1 }),
    },
    {
      name: "nobody looks at the clock",
      trial: connectionTrial("a host that says nothing is given up", nonEmpty(SLOW.slice(2)), insisting, {
        fast: 0,
        whole: 1,
      }),
    },
  ],
};

function nonEmpty(situations: readonly Situation[]): readonly [Situation, ...Situation[]] {
  const [first, ...rest] = situations;
  if (first === undefined) throw new Error("there are no situations");
  return [first, ...rest];
}

/** Takes whatever key the host shows, from the error that says so. */
function trusting(connection: SshConnection): Host {
  return secondTry(connection, (error) => ({
    ...connection,
    hostKey: /the host shows: {2}(.*)/.exec(error.message)?.[1] ?? "",
  }));
}

function insisting(connection: SshConnection): Host {
  return secondTry(connection, () => connection);
}

function secondTry(connection: SshConnection, next: (error: HostError) => SshConnection): Host {
  return {
    ...openHost(connection),
    apply: (order) =>
      openHost(connection)
        .apply(order)
        .catch(async (error: unknown) => {
          if (!(error instanceof HostError)) throw error;
          await closeAll();
          return openHost(next(error)).apply(order);
        }),
  };
}

function mumbling(connection: SshConnection): Host {
  return {
    ...openHost(connection),
    apply: (order) =>
      openHost(connection)
        .apply(order)
        .catch((error: unknown) => {
          const { host, doing } = error instanceof HostError ? error.facts : { host: "", doing: "" };
          throw new HostError("connection-lost", { host, doing, because: "something went wrong" });
        }),
  };
}

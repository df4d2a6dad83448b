import { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { closeAll } from "../../../providers/ssh/pool.ts";
import { SshServer } from "../../lab/ssh-server.ts";
import type { Trial } from "../contract.ts";
import { connectionTo, serverTrial } from "./keys.ts";

/** Who dies: the host, a jump host, the host behind one. */
export const DEATHS = 3;

const QUESTION = { owned: OWNS_NOTHING, requirements: [{ kind: "root" }] } as const;

/** A host on the way dies between two questions: an error of the host, and nothing else. */
export function dyingTrial(
  name: string,
  cases: Trial["cases"],
  open: (connection: SshConnection) => Host,
): Trial {
  return serverTrial(name, cases, async ({ number }, keys) => {
    const death = number % DEATHS;
    const server = await SshServer.start({ authorized: [keys.public] });
    const jump = death === 0 ? null : await SshServer.start({ authorized: [keys.public] });
    const connection = {
      ...connectionTo(server, "root", keys),
      ...(jump === null ? {} : { jump: connectionTo(jump, "root", keys) }),
    };
    try {
      const host = open(connection);
      await host.look(QUESTION);
      await (death === 1 ? jump : server)?.stop();
      const error: unknown = await host.look(QUESTION).catch((error: unknown) => error);
      const codes = ["connection-lost", "unreachable", "handshake"];
      if (!(error instanceof HostError && codes.includes(error.code)))
        throw new Error(`who died is ${death}, and it says: ${error}`);
    } finally {
      await closeAll();
      await server.stop();
      await jump?.stop();
    }
  });
}

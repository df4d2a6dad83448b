import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { closeAll, openHost } from "../../../providers/ssh/pool.ts";

/**
 * A process of its own with a small memory, as the provider has one: it looks at the hosts that its parent
 * names, one after the other, and reports what came of it. Ends with its parent.
 */
export interface Report {
  /** Message of the error; `null`: the host was understood. */
  readonly error: string | null;
  /** Of the error. */
  readonly kind: string;
  /** The most memory that the process ever had, in MiB. */
  readonly memoryMiB: number;
}

process.on("message", async (connection: SshConnection) => {
  const report = await look(connection);
  await closeAll();
  process.send?.(report);
});
process.on("disconnect", () => process.exit());

async function look(connection: SshConnection): Promise<Report> {
  try {
    await openHost(connection).look({ owned: OWNS_NOTHING, requirements: [] });
    return { error: null, kind: "", memoryMiB: memory() };
  } catch (error) {
    const [kind, message] =
      error instanceof Error ? [error.name, error.message] : [typeof error, String(error)];
    return { error: message, kind, memoryMiB: memory() };
  }
}

function memory(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}

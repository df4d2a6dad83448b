import { openChannel } from "../../../providers/ssh/channel.ts";
import { connect } from "../../../providers/ssh/connect.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import type { Report } from "./client.ts";

/** As client.ts, but listens to a host for as long as it speaks. */
const NEVER = 2 ** 31 - 1;
const UNLIMITED = { silenceMs: NEVER, wholeMs: NEVER, bytes: NEVER, lines: NEVER };

process.on("message", async (connection: SshConnection) => {
  const login = await connect(connection);
  const channel = await openChannel(login, "exec sh -s", NEVER);
  const program = "echo '= over 0'\n";
  await channel.run(program, { last: "= over 0", limits: UNLIMITED, onLine: () => undefined });
  await login.end();
  const report: Report = { error: null, kind: "", memoryMiB: 0 };
  process.send?.(report);
});
process.on("disconnect", () => process.exit());

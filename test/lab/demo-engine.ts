import { join } from "node:path";
import { pulumiEnvironment } from "../toolchain/toolchain.ts";

/** The environment of a person's `pulumi` in `project`, which keeps its state there; in colour on a terminal. */
export async function engineEnvironment(project: string): Promise<Record<string, string>> {
  const { NO_COLOR, ...environment } = await pulumiEnvironment(join(project, "state"));
  const plain: Record<string, string> = process.stdout.isTTY ? {} : { NO_COLOR: NO_COLOR ?? "1" };
  return { ...environment, ...plain, TERM: process.env.TERM ?? "dumb" };
}

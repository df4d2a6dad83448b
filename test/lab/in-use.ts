import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { identity, lives } from "../toolchain/lock.ts";
import { writeWhole } from "./instance.ts";

/** In a laboratory's directory: the process that uses it. */
const USER = "user";

/** Says in the laboratory's directory that this process uses it, as long as it runs. */
export function use(directory: string): void {
  writeWhole(join(directory, USER), identity(process.pid) ?? "");
}

/** @throws Error when another process uses the laboratory, whose hosts must not change under it. */
export function refuseInUse(name: string, directory: string): void {
  const file = join(directory, USER);
  const user = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (!lives(user) || user === identity(process.pid)) return;
  const pid = Number.parseInt(user, 10);
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  throw new Error(
    `laboratory ${name} is in use by process ${pid} (${command}): take another name (--name; for tests TSPROXY_LAB_PREFIX), or end that process`,
  );
}

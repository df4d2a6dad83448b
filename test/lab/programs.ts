import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "../toolchain/toolchain.ts";
import type { Instance } from "./instance.ts";
import { inHost } from "./names.ts";
import type { HostName } from "./topology.ts";

/** What a variant may have a host run beside its own programs. */
export type Program = "coredns" | "headscale";

export const programPath = (program: Program): string => `/usr/local/bin/${program}`;

/** Puts a program onto a host, as a file of that host's own. */
export async function giveProgram(instance: Instance, host: HostName, program: Program): Promise<void> {
  const from = (await paths())[program];
  await copyFile(from, join(inHost(instance, host, "root"), programPath(program)));
}

import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { exec } from "./exec.ts";
import type { Instance } from "./instance.ts";
import { inHost } from "./names.ts";
import { leader } from "./power.ts";
import { type HostName, planOf } from "./topology.ts";

/**
 * Asks every 50 ms until `ready` says so.
 *
 * @param hint where to look when it does not come true.
 * @throws Error naming `what` and the hint when `timeoutMs` are over.
 */
export async function until(
  what: string,
  ready: () => Promise<boolean>,
  timeoutMs: number,
  hint: string,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await ready())) {
    if (performance.now() > end) throw new Error(`waited ${timeoutMs / 1000} s for ${what}: ${hint}`);
    await delay(50);
  }
}

/** Waits until a host's sshd answers and its systemd has nothing left to start. */
export async function untilBooted(instance: Instance, host: HostName): Promise<void> {
  const hint = `see ${inHost(instance, host, "console.log")}`;
  const { address } = planOf(instance, host);
  await until(
    `ssh of ${host}`,
    async () => leader(instance, host) !== undefined && (await sshAnswers(address)),
    60_000,
    hint,
  );
  await until(`${host} to be up`, async () => settled(instance, host), 60_000, hint);
}

async function settled(instance: Instance, host: HostName): Promise<boolean> {
  if (leader(instance, host) === undefined) return false;
  const { stdout } = await exec(instance, host, ["systemctl", "is-system-running"]);
  return /running|degraded/.test(stdout);
}

/** Whether an ssh server greets at the address. */
function sshAnswers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 500 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("data", (chunk) => end(chunk.toString().startsWith("SSH-")));
    socket.on("error", () => end(false));
    socket.on("timeout", () => end(false));
  });
}

import { type Bench, openBench } from "../host/bench.ts";
import { succeeded } from "../host/on-laboratory.ts";
import type { Lab } from "../lab/index.ts";
import { LAB, WORK } from "../lab/proofs.ts";

/** The gateway's IPv6 address in the primary tailnet. */
export async function primaryAddress6(lab: Lab): Promise<string> {
  return (await lab.mustExec("gateway", "tailscale ip -6")).trim();
}

/**
 * A laboratory whose gateway leads into both tailnets.
 *
 * @param name of the laboratory, 1 to 6 characters
 * @param by6 the gateway is found and has its way out by IPv6, too
 */
export async function openTwoTailnets(name: string, by6 = false): Promise<Bench> {
  const bench = await openBench(name, by6 ? ["dual-stack"] : []);
  try {
    const gateway = by6 ? { uplink6: true, primaryAddress6: await primaryAddress6(bench.lab) } : {};
    const stack = await bench.open(await bench.configurations.of([WORK, LAB], { gateway }));
    succeeded(await stack.up());
    return bench;
  } catch (error) {
    await bench.close();
    throw error;
  }
}

import { type Bench, openBench } from "../host/bench.ts";
import { succeeded } from "../host/on-laboratory.ts";
import type { Lab } from "../lab/index.ts";
import { LAB, type Way, WORK } from "../lab/proofs.ts";

/** The gateway's IPv6 address in the primary tailnet. */
export async function primaryAddress6(lab: Lab): Promise<string> {
  return (await lab.mustExec("gateway", "tailscale ip -6")).trim();
}

interface Wanted {
  readonly ways?: readonly Way[];
  /** The gateway's argument of that name. @default it has none */
  readonly onePort?: { readonly port: number };
  /** The gateway is found and has its way out by IPv6, too. @default false */
  readonly by6?: boolean;
}

/**
 * A laboratory whose gateway leads into both tailnets.
 *
 * @param name of the laboratory, 1 to 6 characters
 */
export async function openTwoTailnets(name: string, wanted: Wanted = {}): Promise<Bench> {
  const { ways = [WORK, LAB], onePort, by6 = false } = wanted;
  const bench = await openBench(name, by6 ? ["dual-stack"] : []);
  try {
    const { lab, configurations, open } = bench;
    const gateway = {
      ...(onePort && { onePort }),
      ...(by6 && { uplink6: true, primaryAddress6: await primaryAddress6(lab) }),
    };
    const stack = await open(await configurations.of(ways, { gateway }));
    succeeded(await stack.up());
    return bench;
  } catch (error) {
    await bench.close();
    throw error;
  }
}

import { type Bench, openBench } from "../host/bench.ts";
import { singBoxConfig } from "../host/laboratory-config.ts";
import { succeeded } from "../host/on-laboratory.ts";
import { LAB, type Way, WORK } from "../lab/proofs.ts";

/**
 * A laboratory whose gateway leads into both tailnets.
 *
 * @param name of the laboratory, 1 to 6 characters
 * @param onePort the gateway's argument of that name
 */
export async function openTwoTailnets(
  name: string,
  ways: readonly Way[] = [WORK, LAB],
  onePort?: { readonly port: number },
): Promise<Bench> {
  const bench = await openBench(name);
  try {
    const gateway = { singBox: singBoxConfig(bench.lab), onePort };
    const config = await bench.configurations.of(ways, onePort === undefined ? {} : { gateway });
    const stack = await bench.open(config);
    succeeded(await stack.up());
    return bench;
  } catch (error) {
    await bench.close();
    throw error;
  }
}

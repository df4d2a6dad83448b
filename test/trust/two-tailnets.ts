import { type Bench, openBench } from "../host/bench.ts";
import { succeeded } from "../host/on-laboratory.ts";

/** A laboratory whose gateway leads into both tailnets. @param name of the laboratory, 1 to 6 characters */
export async function openTwoTailnets(name: string): Promise<Bench> {
  const bench = await openBench(name);
  try {
    const stack = await bench.open(await bench.configurations.of());
    succeeded(await stack.up());
    return bench;
  } catch (error) {
    await bench.close();
    throw error;
  }
}

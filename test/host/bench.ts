import { type Lab, openLab } from "../lab/index.ts";
import { type VariantName, variants } from "../lab/variants/index.ts";
import { Configurations } from "./laboratory-config.ts";
import { Stack, type StackConfig } from "./stack.ts";

/** A freshly booted laboratory, and the stacks that are opened on it. */
export interface Bench {
  readonly lab: Lab;
  readonly configurations: Configurations;
  /** A stack that is forgotten with its laboratory. */
  open(config: StackConfig): Promise<Stack>;
  close(): Promise<void>;
}

/**
 * @param name of the laboratory: a run at the same time needs another; 1 to 8 characters
 * @param as what else the laboratory has, in this order
 */
export async function openBench(name: string, as: readonly VariantName[] = []): Promise<Bench> {
  // two checkouts that are tested at once need laboratories of their own
  const lab = await openLab(`${process.env.TSPROXY_LAB_PREFIX ?? ""}${name}`.slice(0, 8));
  try {
    for (const variant of as) await variants[variant].apply(lab);
  } catch (error) {
    await lab.down();
    throw error;
  }
  const stacks: Stack[] = [];
  return {
    lab,
    configurations: new Configurations(lab),
    async open(config) {
      const stack = await Stack.open(`${name}${stacks.length}`, config);
      stacks.push(stack);
      return stack;
    },
    async close() {
      for (const stack of stacks) stack.remove();
      await lab.down();
    },
  };
}

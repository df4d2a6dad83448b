import { type CustomResourceOptions, dynamic } from "@pulumi/pulumi";
import type { HostStateArgs } from "../../product.ts";

/** As short and as free of captured values as the provider it is compared with. */
const provider: dynamic.ResourceProvider = {
  diff: async (_id, olds, news) => ({ changes: olds.digest !== news.digest }),
  create: async ({ desired, outputBytes, ...kept }) => ({
    id: `${kept.connection.host}/${kept.identity.key}`,
    outs: { ...kept, outline: "x".repeat(outputBytes) },
  }),
  read: async (id, olds) => ({ id, props: olds }),
  update: async (_id, olds, { digest }) => ({ outs: { ...olds, digest } }),
  delete: async () => {},
};

export interface NothingArgs extends HostStateArgs {
  /** Of `desired`: the resource counts as changed when it does. */
  readonly digest: string;
  readonly outputBytes: number;
}

/** As large in the state as a HostState, and done at once. What the engine takes for it, it takes for anything. */
export class Nothing extends dynamic.Resource {
  constructor(name: string, args: NothingArgs, options?: CustomResourceOptions) {
    super(provider, name, { ...args, facts: undefined }, options, "tsproxy", "Nothing");
  }
}

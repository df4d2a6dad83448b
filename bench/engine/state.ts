/** What a stack's state holds, as far as it is measured here. */
interface Deployment {
  readonly deployment: {
    readonly resources: readonly {
      readonly type: string;
      readonly inputs?: Readonly<Record<string, unknown>>;
      readonly outputs?: Readonly<Record<string, unknown>>;
    }[];
  };
}

/** Bytes of a state without the blanks that only `export` puts in. @param exported by `pulumi stack export` */
export const stateBytes = (exported: string): number =>
  Buffer.byteLength(JSON.stringify(JSON.parse(exported)));

/**
 * For each of our resources, by its key, the bytes of output that are not input: what a resource that does nothing
 * must keep to be as large.
 */
export function outputBytesOf(exported: string): Record<string, number> {
  const { deployment }: Deployment = JSON.parse(exported);
  return Object.fromEntries(
    deployment.resources.flatMap(({ type, inputs = {}, outputs = {} }) => {
      if (!type.endsWith(":HostState")) return [];
      const own = Object.entries(outputs).filter(([name]) => !(name in inputs));
      return [[keyOf(inputs), Buffer.byteLength(JSON.stringify(Object.fromEntries(own)))]];
    }),
  );
}

function keyOf({ identity }: Readonly<Record<string, unknown>>): string {
  return typeof identity === "object" && identity !== null && "key" in identity ? String(identity.key) : "";
}

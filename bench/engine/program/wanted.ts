import type { Resource } from "../../objects.ts";
import type { HostPath } from "../../product.ts";

/** What the program makes; handed over as the file `wanted.json` beside it. */
export interface Wanted {
  /** `nothing`: resources of the same number and size that touch no host. */
  readonly kind: "ours" | "nothing";
  /** On every host. */
  readonly resources: readonly Resource[];
  readonly hosts: readonly WantedHost[];
  /** Bytes of output beyond the inputs that each of the resources keeps, by its key; of `nothing` only. */
  readonly outputBytes: Readonly<Record<string, number>>;
}

export interface WantedHost {
  readonly name: string;
  readonly address: string;
  readonly hostKey: string;
  readonly privateKeyFile: string;
  /** One file that this host alone has otherwise. */
  readonly edited?: { readonly path: HostPath; readonly content: string };
}

/** A tailnet needs its gateway; a bridge and a suffix need their tailnet. @param key of a resource */
export function upstreamOf(key: string): string | undefined {
  if (key === "gateway") return undefined;
  return key.startsWith("tailnet-") ? "gateway" : `tailnet-${key.slice(key.indexOf("-") + 1)}`;
}

/** Resources that may be made together, one lot after the other: gateway, tailnets, bridges and suffixes. */
export const WAVES = 3;

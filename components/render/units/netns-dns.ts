import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { TailnetNames } from "../names.ts";
import type { UnitText } from "../unit-file.ts";
import { boundToNetns, startedWithNetns } from "./bound.ts";
import { corednsService } from "./coredns.ts";

export interface NetnsDnsUnit {
  readonly name: string;
  readonly names: TailnetNames;
  readonly coredns: HostPath;
  readonly corefile: HostPath;
  readonly readAtStart: readonly string[];
}

/** CoreDNS inside the namespace: resolver of the SOCKS server, and of the host for the tailnet's suffixes. */
export function netnsDnsUnit({ name, names, coredns, corefile, readAtStart }: NetnsDnsUnit): UnitText {
  return {
    name: names.units.dns,
    sections: [
      ["Unit", boundToNetns(`DNS inside tailnet ${name}`, names)],
      corednsService(coredns, corefile, [["NetworkNamespacePath", names.netnsPath]]),
      startedWithNetns(names),
    ],
    readAtStart,
  };
}

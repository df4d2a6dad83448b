import type { HostPath, UnitName } from "../../../providers/engine/kinds/names.ts";
import type { Requirement } from "../../../providers/engine/kinds/requirement.ts";
import type { Link } from "../link/link.ts";
import { KERNEL_SCRIPT } from "../names.ts";
import { broughtAlong } from "../place/in-kernel.ts";
import { kernelScripts } from "../place/kernel-script.ts";
import { fill } from "../template.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import type { Entry } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

/** Keeps a server to its link, whatever address it sends from. */
export interface Guard {
  /** The rules at their path. */
  readonly files: ReadFiles;
  /** Lines of [Service], ahead of the server's own; those for a reload come after them. */
  readonly lines: readonly Entry[];
  /** Besides the rules the scripts that load them; a reload reads all of them anew, and ends no session. */
  readonly readOnReload: ReadFiles;
  readonly check: NonNullable<UnitText["check"]>;
  readonly requirements: readonly Requirement[];
}

export interface Guarded {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  readonly unit: UnitName;
  /** Word of the unit. */
  readonly word: string;
  /** Directory of its configuration files. */
  readonly config: HostPath;
  readonly link: Link;
  /** TCP port of the server on 127.0.0.1. */
  readonly port: number;
}

/**
 * Rules by the unit's control group: out by the link, to the resolver of the place by UDP, and back to the relay; nothing
 * else, not to other processes in the place, nor to the host, nor past the link to the internet.
 *
 * Not by its user: in a namespace with an owner all users but that one are the same. The rules are there, and have been
 * seen to count, before the first process of the server is; a start without them fails. They go after its last process.
 */
export function guard({ tailnet, unit, word, config, link, port }: Guarded): Guard {
  const rules = fill("server/guard.nft", {
    ...{ unit, program: KERNEL_SCRIPT },
    ...{ table: `tsproxy_${word}`, interface: link.interface, port },
  });
  const { lines, check, requirements } = broughtAlong(`${tailnet}:${word}:guard`, 'set server: "dante"');
  const path: HostPath = `${config}/guard.nft`;
  return {
    files: { [path]: rules },
    lines: [
      // Larger answers by UDP: the C library would ask again by TCP, which the rules refuse.
      ["Environment", "RES_OPTIONS=edns0"],
      ...lines,
    ],
    readOnReload: { ...kernelScripts(link.interface), [path]: rules },
    check,
    requirements,
  };
}

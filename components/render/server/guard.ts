import type { HostPath, UnitName } from "../../../providers/engine/kinds/names.ts";
import type { Link } from "../link/link.ts";
import { fill } from "../template.ts";
import { command, type Entry } from "../unit/text.ts";

/** Keeps a server to its link, whatever address it sends from. */
export interface Guard {
  /** Text of the rules, which stand at `guardPath`. */
  readonly rules: string;
  /** Lines of [Service], ahead of the server's own. */
  readonly lines: readonly Entry[];
}

export interface Guarded {
  readonly unit: UnitName;
  /** Word of the unit. */
  readonly word: string;
  /** Directory below /run for this unit alone. */
  readonly directory: string;
  /** File of the rules. */
  readonly path: HostPath;
  readonly link: Link;
}

/**
 * Rules by the unit's user: out by the link, to the resolver of the place by UDP, and back to the relay; nothing
 * else, not to other processes in the place, nor to the host, nor past the link to the internet.
 *
 * The user is made up by systemd, and name services may not know it; the owner of the unit's runtime directory is
 * that user. The rules are there before the first process of the server is, and a start without them fails. They go
 * after its last process, since systemd may give the number to another unit.
 */
export function guard({ unit, word, directory, path, link }: Guarded): Guard {
  const table = `tsproxy_${word}`;
  return {
    rules: fill("server/guard.nft", { unit, table, interface: link.interface }),
    lines: [
      ["RuntimeDirectory", directory],
      ["RuntimeDirectoryMode", "0700"],
      ["BindPaths", `/run/${directory}`],
      // Larger answers by UDP: the C library would ask again by TCP, which the rules refuse.
      ["Environment", "RES_OPTIONS=edns0"],
      ["ExecStartPre", command("+/bin/sh", "-c", LOAD, path)],
      ["ExecStopPost", command("-+/usr/sbin/nft", `add table inet ${table}; delete table inet ${table}`)],
    ],
  };
}

/** Root is no user of a server: then the unit does not have one of its own. */
const LOAD = [
  'user=$(stat -Lc %u "$RUNTIME_DIRECTORY")',
  '[ "$user" -gt 0 ]',
  'exec /usr/sbin/nft -D "user=$user" -f "$0"',
].join(" && ");

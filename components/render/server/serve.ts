import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Link } from "../link/link.ts";
import { type TailnetNames, tailnetUnit } from "../names.ts";
import type { Place } from "../place/place.ts";
import { allReadable } from "../unit/files.ts";
import { INSIDE_RESOLV_CONF, NAME_RESOLUTION, ownEtc } from "../unit/name-resolution.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Entry, type Section } from "../unit/text.ts";
import { type Guard, guard } from "./guard.ts";
import type { Program, Server } from "./server.ts";

export interface Serving {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  readonly names: TailnetNames;
  /** Word of the unit and of the directory of configuration files: `socks`. */
  readonly word: string;
  /** What it is, for people: `SOCKS server`. */
  readonly title: string;
  readonly place: Place;
  readonly link: Link;
  /** Networks (CIDR) to which it must not connect. */
  readonly blocked: readonly string[];
}

/** `server` in a place: its unit, its files, what it needs, and a guard where it does not keep to the link by itself. */
export function serve(server: Server, serving: Serving): Part {
  const { tailnet, names, word, title, place, link, blocked } = serving;
  const config: HostPath = `${names.config}/${word}`;
  const program = server.program({ tailnet, link, config, blocked });
  const unit = tailnetUnit(tailnet, word);
  const guarded = { unit, word, link, directory: `${names.directory}_${word}`, path: guardPath(config) };
  const kept = server.bindsToLink && link.addressesAreKept ? null : guard(guarded);
  const texts = { ...program.files, ...(kept && { [GUARD_FILE]: kept.rules }) };
  return {
    units: [
      {
        name: unit,
        sections: [
          ["Unit", place.unit({ description: `${title} inside tailnet ${tailnet}`, after: link.units })],
          service(serving, config, program, kept),
          place.install,
        ],
        readAtStart: { ...atPaths(config, texts), ...NAME_RESOLUTION },
      },
    ],
    files: allReadable(atPaths(config, texts)),
    packages: program.packages,
    requirements: program.requirements,
  };
}

const GUARD_FILE = "guard.nft";

function guardPath(config: HostPath): HostPath {
  return `${config}/${GUARD_FILE}`;
}

/** A start before the link has an address fails at once and is tried again. */
function service(
  { tailnet, place, link }: Serving,
  config: HostPath,
  { commands, sandbox }: Program,
  kept: Guard | null,
): Section {
  const complain = `echo "tailnet ${tailnet} has no address yet" >&2`;
  return [
    "Service",
    [
      ["Type", "exec"],
      ...place.network,
      ["ExecStartPre", command("+/bin/sh", "-c", `${link.isReady} || { ${complain}; exit 1; }`)],
      ...(kept?.lines ?? []),
      ...commands,
      ["TimeoutStartSec", "30"],
      ["Restart", "always"],
      ["RestartSec", "2"],
      ...ownEtc(INSIDE_RESOLV_CONF, seenInEtc(config)),
      ...sandbox,
    ],
  ];
}

function seenInEtc(config: HostPath): Entry[] {
  return [
    ["BindReadOnlyPaths", "-/etc/ld.so.cache -/etc/passwd -/etc/group -/etc/localtime"],
    ["BindReadOnlyPaths", config],
  ];
}

function atPaths(directory: HostPath, texts: Readonly<Record<string, string>>): ReadFiles {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${directory}/${name}`, text]));
}

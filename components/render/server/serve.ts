import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Link } from "../link/link.ts";
import { type TailnetNames, tailnetUnit } from "../names.ts";
import type { Place } from "../place/place.ts";
import { allReadable } from "../unit/files.ts";
import { limits } from "../unit/limits.ts";
import { INSIDE_RESOLV_CONF, NAME_RESOLUTION, ownEtc } from "../unit/name-resolution.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Entry, type Section } from "../unit/text.ts";
import { guard } from "./guard.ts";
import { logins } from "./logins.ts";
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
  /** Most connections at a time. */
  readonly sessions: number;
  /** Networks (CIDR) to which it must not connect. */
  readonly blocked: readonly string[];
  /** Names of those who may log in; empty: everybody may connect. @default [] */
  readonly users?: readonly string[];
  /** Of the gateway's sing-box. */
  readonly singBoxVersion: string;
}

/**
 * `server` in a place: its unit, its files, what it needs, its logins, and a guard where it does not keep to the link by
 * itself.
 */
export function serve(server: Server, serving: Serving): Part {
  const { tailnet, names, word, title, place, link, users = [] } = serving;
  const config: HostPath = `${names.config}/${word}`;
  const directory = `${names.directory}_${word}`;
  const program = server.program({ ...serving, users, config, directory });
  const unit = tailnetUnit(tailnet, word);
  const guarded = { tailnet, unit, word, config, link, port: server.port };
  const kept = server.bindsToLink && link.addressesAreKept ? null : guard(guarded);
  const texts = atPaths(config, program.files);
  const made = program.logins && logins({ tailnet, word, title, config, users, print: program.logins.print });
  const description = `${title} inside tailnet ${tailnet}`;
  const required: Entry[] = made ? [["Requires", made.unit]] : [];
  return {
    units: [
      {
        name: unit,
        sections: [
          [
            "Unit",
            [
              ...place.unit({ description, after: [...link.units, ...(made ? [made.unit] : [])] }),
              ...required,
            ],
          ],
          service(serving, config, program, [
            ...(kept?.lines ?? []),
            ...(made && program.logins ? program.logins.lines(made.ready) : []),
          ]),
          place.install,
        ],
        readAtStart: { ...texts, ...NAME_RESOLUTION },
        // rules about one process in a namespace cut no way to the host
        ...(kept && { readOnReload: kept.readOnReload, check: kept.check, mayCutOff: false }),
      },
      ...(made?.part.units ?? []),
    ],
    files: { ...allReadable({ ...texts, ...kept?.files }), ...made?.part.files },
    packages: program.packages,
    requirements: [...program.requirements, ...(kept?.requirements ?? [])],
  };
}

function service(
  { tailnet, place, link }: Serving,
  config: HostPath,
  { commands, limits: most, sandbox }: Program,
  more: readonly Entry[],
): Section {
  return [
    "Service",
    [
      ["Type", "exec"],
      ...place.network,
      ["ExecStartPre", command("+/bin/sh", "-c", waiting(tailnet, link))],
      ...more.filter((line) => !isReload(line)),
      ...commands,
      ...more.filter(isReload),
      ["TimeoutStartSec", String(WAIT + 30)],
      ["Restart", "always"],
      ["RestartSec", "5"],
      ...limits(most),
      ...ownEtc(INSIDE_RESOLV_CONF, seenInEtc(config)),
      ...sandbox,
    ],
  ];
}

function isReload([key]: Entry): boolean {
  return key === "ExecReload";
}

/** Seconds for which a start waits for an address. */
const WAIT = 90;

/**
 * The start waits, and says so once, instead of failing every few seconds: a tailnet may be out for days. Not longer,
 * because a change of the unit waits for its start as well.
 */
function waiting(tailnet: string, { isReady }: Link): string {
  return [
    `for i in $(seq ${WAIT / 5}); do ${isReady} && exit 0; sleep 5; done`,
    `echo "tailnet ${tailnet} has no address yet" >&2`,
    "exit 1",
  ].join("; ");
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

import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { HOST_DNS_UNIT, type TailnetNames } from "../names.ts";
import { hostPlace } from "../place/host.ts";
import type { Place } from "../place/place.ts";
import { ownEtc } from "../unit/name-resolution.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";
import type { Example } from "./clients-zone.ts";

export interface SuffixUnit {
  readonly suffix: string;
  readonly names: TailnetNames;
  /** Where the names under the suffix are answered. */
  readonly place: Place;
  /** File that leads a look-up to the suffix's DNS server. */
  readonly resolvConf: HostPath;
  readonly readAtStart: ReadFiles;
  /** What is asked for. */
  readonly answer: Example;
}

/**
 * Active once the DNS servers have read the zones and answer a name under the suffix. It asks from the host's
 * network, as clients do, and starts with the place whose names it asks for.
 */
export function suffixUnit(unit: SuffixUnit): UnitText {
  const { suffix, names, place, readAtStart } = unit;
  return {
    name: names.units.suffix,
    sections: [
      [
        "Unit",
        [
          ["Description", `Names under ${suffix} are answered`],
          ["After", `${names.units.netns} ${dnsUnits(names)}`],
        ],
      ],
      service(unit),
      place.install,
    ],
    readAtStart,
  };
}

function service({ suffix, names, resolvConf, answer }: SuffixUnit): Section {
  return [
    "Service",
    [
      ["Type", "oneshot"],
      ["RemainAfterExit", "yes"],
      // At boot they may not run yet, and read the zones anyway.
      ["ExecStartPre", `-+/usr/bin/systemctl reload ${dnsUnits(names)}`],
      ["ExecStart", command("/bin/sh", "-c", waiting(suffix, answer))],
      // A SOCKS server keeps failed look-ups for minutes: it may have asked before there was an answer. Its own start
      // may take as long as its tailnet is out.
      ["ExecStartPost", `-+/usr/bin/systemctl --no-block reload ${names.units.socks}`],
      // For systemctl: the socket is root's alone, the directory says that there is a systemd.
      ["BindReadOnlyPaths", "/run/systemd/private /run/systemd/system"],
      ["TimeoutStartSec", "30"],
      ["Restart", "on-failure"],
      ["RestartSec", "30"],
      ...ownEtc(resolvConf, [["BindReadOnlyPaths", "-/etc/ld.so.cache"]]),
      ...hostPlace.network,
      ...UNPRIVILEGED,
    ],
  ];
}

function dnsUnits({ units }: TailnetNames): string {
  return `${HOST_DNS_UNIT} ${units.dns}`;
}

function waiting(suffix: string, { label, database, address }: Example): string {
  return [
    `for i in $(seq 50); do getent ${database} ${label}.${suffix} | grep -q '^${address} ' && exit 0; sleep 0.2; done`,
    `echo "no answer for ${label}.${suffix} after 10 s" >&2`,
    "exit 1",
  ].join("; ");
}

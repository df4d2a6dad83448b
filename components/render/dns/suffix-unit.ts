import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { HOST_DNS_UNIT, type TailnetNames } from "../names.ts";
import { hostPlace } from "../place/host.ts";
import type { Place } from "../place/place.ts";
import { ownEtc } from "../unit/name-resolution.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

export interface SuffixUnit {
  readonly suffix: string;
  readonly names: TailnetNames;
  /** Where the names under the suffix are answered. */
  readonly place: Place;
  /** File that leads a look-up to the suffix's DNS server. */
  readonly resolvConf: HostPath;
  readonly readAtStart: ReadFiles;
}

/** Any address will do; this one is for documentation (RFC 5737). */
const EXAMPLE = "192.0.2.1";

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

function service({ suffix, names, resolvConf }: SuffixUnit): Section {
  return [
    "Service",
    [
      ["Type", "oneshot"],
      ["RemainAfterExit", "yes"],
      // At boot they may not run yet, and read the zones anyway.
      ["ExecStartPre", `-+/usr/bin/systemctl reload ${dnsUnits(names)}`],
      ["ExecStart", command("/bin/sh", "-c", waiting(suffix))],
      // A SOCKS server keeps failed look-ups for minutes: it may have asked before there was an answer.
      ["ExecStartPost", `-+/usr/bin/systemctl reload ${names.units.socks}`],
      ["TimeoutStartSec", "30"],
      ["Restart", "on-failure"],
      ["RestartSec", "5"],
      ...ownEtc(resolvConf, [["BindReadOnlyPaths", "-/etc/ld.so.cache"]]),
      ...hostPlace.network,
      ...UNPRIVILEGED,
    ],
  ];
}

function dnsUnits({ units }: TailnetNames): string {
  return `${HOST_DNS_UNIT} ${units.dns}`;
}

function waiting(suffix: string): string {
  return [
    `for i in $(seq 50); do getent ahostsv4 ${EXAMPLE}.${suffix} | grep -q '^${EXAMPLE} ' && exit 0; sleep 0.2; done`,
    `echo "no answer for ${EXAMPLE}.${suffix} after 10 s" >&2`,
    "exit 1",
  ].join("; ");
}

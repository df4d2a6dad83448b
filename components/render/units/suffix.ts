import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { NSSWITCH } from "../look-ups.ts";
import { HOST_DNS_UNIT, type TailnetNames } from "../names.ts";
import { IN_HOST_NETWORK, UNPRIVILEGED } from "../sandbox.ts";
import { command, type UnitText } from "../unit-file.ts";
import { startedWithNetns } from "./bound.ts";

export interface SuffixUnit {
  readonly suffix: string;
  readonly names: TailnetNames;
  /** Directory with resolv.conf. */
  readonly config: HostPath;
  readonly readAtStart: readonly string[];
}

/** Any address will do; this one is for documentation (RFC 5737). */
const EXAMPLE = "192.0.2.1";

/** Active once the DNS servers have read the zones and answer a name under the suffix. */
export function suffixUnit({ suffix, names, config, readAtStart }: SuffixUnit): UnitText {
  const dns = `${HOST_DNS_UNIT} ${names.units.dns}`;
  const wait = [
    `for i in $(seq 50); do getent ahostsv4 ${EXAMPLE}.${suffix} | grep -q '^${EXAMPLE} ' && exit 0; sleep 0.2; done`,
    `echo "no answer for ${EXAMPLE}.${suffix} after 10 s" >&2`,
    "exit 1",
  ];
  return {
    name: names.units.suffix,
    sections: [
      [
        "Unit",
        [
          ["Description", `Names under ${suffix} are answered`],
          ["After", `${names.units.netns} ${dns}`],
        ],
      ],
      [
        "Service",
        [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          // At boot they may not run yet, and read the zones anyway.
          ["ExecStartPre", `-+/usr/bin/systemctl reload ${dns}`],
          ["ExecStart", command("/bin/sh", "-c", wait.join("; "))],
          // Dante keeps failed look-ups for minutes: it may have asked before there was an answer.
          ["ExecStartPost", `-+/usr/bin/systemctl reload ${names.units.socks}`],
          ["TimeoutStartSec", "30"],
          ["Restart", "on-failure"],
          ["RestartSec", "5"],
          ["TemporaryFileSystem", "/etc:ro"],
          ["BindReadOnlyPaths", "-/etc/ld.so.cache"],
          ["BindReadOnlyPaths", `${config}/resolv.conf:/etc/resolv.conf ${NSSWITCH}:/etc/nsswitch.conf`],
          ...IN_HOST_NETWORK,
          ...UNPRIVILEGED,
        ],
      ],
      startedWithNetns(names),
    ],
    readAtStart,
  };
}

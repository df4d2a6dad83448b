import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Door } from "../door/door.ts";
import { relayService } from "../door/relay.ts";
import { type TailnetNames, tailnetUnit } from "../names.ts";
import { singBoxFile } from "../server/sing-box-process.ts";
import { readable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import { command, type Entry, ON_THE_HOST, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { JOINED, SWITCH_FILES, UNITS, WAYS } from "./place.ts";

/** What leads from the switch to the server in a tailnet. */
export interface Way extends Pick<Door, "tailnet" | "port" | "sessions" | "place" | "server"> {
  readonly names: TailnetNames;
  /** Ends of the names for which the switch leads here. */
  readonly ends: readonly string[];
}

/**
 * A port in the network of the switch, the relay behind it, and the switch's file. Both units are apart from those of
 * the tailnet's own port, so that nothing of the one port can be in its way.
 */
export function way(to: Way): Part {
  const socket = tailnetUnit(to.tailnet, "oneport", "socket");
  const file: HostPath = `${SWITCH_FILES}/${to.tailnet}.json`;
  const rule = switchFile(to);
  return {
    units: [
      { name: socket, sections: socketSections(to) },
      { ...relayUnit(to), readAtStart: { [file]: rule } },
    ],
    files: { [file]: readable(rule) },
    readers: [UNITS.switch],
  };
}

/** With a dot ahead: `.work` is no end of `network`. */
function switchFile({ tailnet, port, ends }: Way): string {
  return singBoxFile(`The one port leads to tailnet ${tailnet} by these names`, {
    outbounds: [{ type: "socks", tag: tailnet, server: WAYS, server_port: port }],
    route: { rules: [{ domain_suffix: ends.map((end) => `.${end}`), outbound: tailnet }] },
  });
}

function socketSections({ tailnet, port, names }: Way): Section[] {
  const { netns } = names.units;
  return [
    [
      "Unit",
      [
        ["Description", `Way from the one port to tailnet ${tailnet}`],
        ...JOINED.unit,
        ["BindsTo", UNITS.network],
        ["After", UNITS.network],
        ["PartOf", netns],
      ],
    ],
    [
      "Socket",
      [["ListenStream", `${WAYS}:${port}`], ["NoDelay", "yes"], ["Backlog", "1024"], ...JOINED.network],
    ],
    ["Install", [["WantedBy", `${netns} ${UNITS.network}`]]],
  ];
}

function relayUnit({ tailnet, place, sessions, server }: Way): UnitText {
  const socket = tailnetUnit(tailnet, "oneport", "socket");
  const [section, lines] = relayService({ place, sessions, server });
  const requires: Entry = ["Requires", socket];
  return {
    name: tailnetUnit(tailnet, "oneport"),
    sections: [
      [
        "Unit",
        [
          ...place.unit({
            description: `Relay of tailnet ${tailnet} for the one port`,
            after: [socket, server.unit, UNITS.switch],
          }),
          requires,
        ],
      ],
      [
        section,
        [
          ...lines,
          // The engine tells the switch of a file that is taken away, and leaves those that are written to this.
          [
            "ExecStartPost",
            `-${command(...ON_THE_HOST, "/usr/bin/systemctl", "--no-block", "reload", UNITS.switch)}`,
          ],
        ],
      ],
      place.install,
    ],
  };
}

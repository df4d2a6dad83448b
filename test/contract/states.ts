import { STAMP_SCRIPT } from "../../components/render/names.ts";
import { stampScript } from "../../components/render/unit/stamp.ts";
import { type UnitText, unitFile } from "../../components/render/unit/unit-file.ts";
import { type Desired, NOTHING } from "../../providers/engine/kinds/desired.ts";
import type { FileSpec } from "../../providers/engine/kinds/file.ts";
import type { HostPath, UnitName } from "../../providers/engine/kinds/names.ts";
import type { UnitSpec } from "../../providers/engine/kinds/unit/spec.ts";

/** Everything of the contract lies below this directory and carries this name, but for what its units call. */
export const HOME = "/etc/tsproxy-contract";
export const SECRETS = { password: "correct horse 'battery' $(staple)\n" };

export const GROUND: UnitName = "tsproxy_contract-ground.service";
export const WALKER: UnitName = "tsproxy_contract-walker.service";
export const DOOR: UnitName = "tsproxy_contract-door.socket";
export const DOORMAN: UnitName = "tsproxy_contract-door.service";
export const KEEPER: UnitName = "tsproxy_contract-keeper.service";
export const UNITS = [GROUND, WALKER, DOOR, DOORMAN, KEEPER];

/** A directory with a mark in it stands in for what a unit owns in the kernel: `damage 1` a reload mends, `damage 2` only a restart. */
const GROUND_SCRIPT = `#!/bin/sh
d=/run/tsproxy-contract
case $1 in
  up) mkdir -p $d && : >$d/mark ;;
  down) rm -rf $d ;;
  check) if [ ! -d $d ]; then echo "$2 2"; elif [ ! -f $d/mark ]; then echo "$2 1"; else echo "$2 0"; fi ;;
  damage) if [ "$2" = 1 ]; then rm -f $d/mark; else rm -rf $d; fi ;;
esac
`;

export interface Choice {
  /** What the walker reads at start. */
  readonly pace?: string;
  /** What the ground reads again on reload. */
  readonly soil?: string;
  /** Path of a file that belongs to no unit. */
  readonly notes?: HostPath;
  readonly door?: boolean;
  readonly keeper?: boolean;
}

/** A small gateway: a ground, a walker bound to it, a door with its socket, a keeper with a state directory. */
export function state({
  pace = "slow",
  soil = "clay",
  notes = `${HOME}/notes`,
  door = true,
  keeper = true,
}: Choice = {}): Desired {
  const plain: Record<HostPath, FileSpec> = {
    [`${HOME}/ground`]: { mode: "0755", content: GROUND_SCRIPT },
    [STAMP_SCRIPT]: { mode: "0755", content: stampScript() },
    [`${HOME}/soil`]: { mode: "0644", content: `${soil}\n` },
    [`${HOME}/walker/pace`]: { mode: "0644", content: `${pace}\n` },
    [notes]: { mode: "0644", content: "é 'quoted' \"twice\" $HOME `id` \\n %s\n\n" },
    [`${HOME}/password`]: { mode: "0600", content: { secret: "password" } },
  };
  const units = [
    ground(soil),
    walker(pace),
    ...(door ? [doorSocket(), doorService()] : []),
    ...(keeper ? [keeperUnit()] : []),
  ];
  const specs: Record<UnitName, UnitSpec> = {};
  for (const unit of units) {
    const { text, spec } = unitFile(unit);
    plain[`/etc/systemd/system/${unit.name}`] = { mode: "0644", content: text };
    specs[unit.name] = spec;
  }
  return { ...NOTHING, files: plain, units: specs };
}

const sleep: readonly [string, string] = ["ExecStart", "/bin/sleep infinity"];

/** Among which the random walk goes: each differs from the others in another way. */
export const STATES: readonly Desired[] = [
  state(),
  state({ pace: "fast" }),
  state({ soil: "sand" }),
  state({ notes: `${HOME}/deep/er/notes` }),
  state({ door: false }),
  state({ keeper: false, pace: "fast", soil: "sand" }),
  { ...NOTHING, files: { [`${HOME}/only`]: { mode: "0640", content: "" } } },
  NOTHING,
];

function ground(soil: string): UnitText {
  const script = `${HOME}/ground`;
  return {
    name: GROUND,
    sections: [
      ["Unit", [["Description", "Contract: ground"]]],
      [
        "Service",
        [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          ["ExecStart", `${script} up`],
          ["ExecReload", `${script} up`],
          ["ExecStopPost", `${script} down`],
        ],
      ],
      install("multi-user.target"),
    ],
    readOnReload: { [`${HOME}/soil`]: `${soil}\n` },
    check: [script, "check", "ground"],
  };
}

function walker(pace: string): UnitText {
  return {
    name: WALKER,
    sections: [
      [
        "Unit",
        [
          ["Description", "Contract: walker"],
          ["BindsTo", GROUND],
          ["After", GROUND],
        ],
      ],
      ["Service", [["Type", "exec"], sleep]],
      install(GROUND),
    ],
    readAtStart: { [`${HOME}/walker/pace`]: `${pace}\n` },
  };
}

function doorSocket(): UnitText {
  return {
    name: DOOR,
    sections: [
      ["Unit", [["Description", "Contract: door"]]],
      [
        "Socket",
        [
          ["ListenStream", "/run/tsproxy-contract-door.sock"],
          ["RemoveOnStop", "yes"],
        ],
      ],
      install("sockets.target"),
    ],
  };
}

function doorService(): UnitText {
  return {
    name: DOORMAN,
    sections: [
      [
        "Unit",
        [
          ["Description", "Contract: doorman"],
          ["Requires", DOOR],
          ["After", DOOR],
        ],
      ],
      ["Service", [["Type", "exec"], sleep]],
      install("multi-user.target"),
    ],
  };
}

function keeperUnit(): UnitText {
  return {
    name: KEEPER,
    sections: [
      ["Unit", [["Description", "Contract: keeper"]]],
      ["Service", [["Type", "exec"], ["StateDirectory", "tsproxy_contract-keeper"], sleep]],
      install("multi-user.target"),
    ],
    clean: true,
  };
}

function install(target: string): UnitText["sections"][number] {
  return ["Install", [["WantedBy", target]]];
}

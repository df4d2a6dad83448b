import type { Desired, Identity } from "../../../providers/engine/kinds/desired.ts";
import { NOTHING } from "../../../providers/engine/kinds/desired.ts";
import { type Extension, type ProbeAnswer, register } from "../../../providers/engine/kinds/extension.ts";
import type { FileSpec, ObservedFile } from "../../../providers/engine/kinds/file.ts";
import { digestOf } from "../../../providers/engine/kinds/file.ts";
import type { HostPath, UnitName } from "../../../providers/engine/kinds/names.ts";
import type { ObservedUnit, UnitSpec } from "../../../providers/engine/kinds/unit/spec.ts";
import type { Observed } from "../../../providers/engine/state/observed.ts";

/** Small things that tests say the same way; each takes what differs from the ordinary. */

export const identity: Identity = { project: "home", stack: "prod", key: "tailnet-work", sweeps: false };
export const FILE: HostPath = "/etc/tsproxy/work/file";
export const UNIT: UnitName = "tsproxy-work.service";

export const EMPTY: Observed = {
  architecture: "x86_64",
  addresses: [],
  manifests: {},
  files: {},
  units: {},
  packages: [],
  downloads: {},
  probes: {},
  answered: [],
  findings: [],
};

export function desired(parts: Partial<Desired> = {}): Desired {
  return { ...NOTHING, ...parts };
}

export function observed(parts: Partial<Observed> = {}): Observed {
  return { ...EMPTY, ...parts };
}

export function file(content: FileSpec["content"] = "text\n", mode = "0644"): FileSpec {
  return { mode, content };
}

export function foundFile(text = "text\n", parts: Partial<ObservedFile> = {}): ObservedFile {
  return {
    kind: "file",
    mode: "0644",
    owner: "0:0",
    stat: "5:1",
    digest: digestOf(text),
    ...parts,
  };
}

export function unit(parts: Partial<UnitSpec> = {}): UnitSpec {
  return {
    active: true,
    enabled: true,
    masked: false,
    intact: true,
    started: "s1",
    reloaded: "r1",
    check: null,
    mayCutOff: true,
    clean: false,
    ...parts,
  };
}

/** As `unit()` is found when nothing differs. */
export function foundUnit(parts: Partial<ObservedUnit> = {}): ObservedUnit {
  return {
    active: "active",
    enabled: true,
    masked: false,
    stale: false,
    started: "s1",
    reloaded: "r1",
    check: null,
    ...parts,
  };
}

/** What a program answers whose kind of probe is {@link TAUGHT}. */
export function answer(parts: Partial<ProbeAnswer> = {}): ProbeAnswer {
  return {
    healthy: true,
    facts: { state: "Running" },
    warnings: [],
    trouble: parts.healthy === false ? { because: "it is tired", remedy: "make it well" } : null,
    complaints: [],
    ...parts,
  };
}

/** What the engine is taught in its own tests: a program that answers with one word, `well` when it is healthy. */
const TAUGHT: Extension = {
  probes: [
    {
      kind: "echo",
      program: 'probe_echo() { for s; do printf " %s\\n@ %s\\n" "$(cat "$s")" "$s"; done; }',
      task: (key) => `work for ${key}`,
      answers: (lines) =>
        Object.fromEntries(
          lines.flatMap((line, n) => {
            const word = lines[n - 1]?.trim() ?? "";
            return line.startsWith("@ ")
              ? [[line.slice(2), answer({ healthy: word === "well", facts: { state: word } })]]
              : [];
          }),
        ),
    },
  ],
  leaves: [
    {
      kind: "farewell",
      program: 'say_farewell() { doing "take leave of $5"; }',
      call: "say_farewell",
      words: ({ unit }) => `take leave of ${unit}`,
      announcement: ({ from }) => `takes leave of ${from}`,
      impossible: ({ config }) => `no farewell: ${config} is gone`,
    },
  ],
};

register(TAUGHT);

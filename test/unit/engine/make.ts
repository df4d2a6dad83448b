import type {
  Desired,
  FileSpec,
  HostPath,
  Identity,
  UnitName,
  UnitSpec,
} from "../../../providers/engine/model.ts";
import { NOTHING } from "../../../providers/engine/model.ts";
import type { FoundFile, FoundUnit, Observed } from "../../../providers/engine/observation.ts";
import { digestOf } from "../../../providers/engine/outline.ts";
import type { TailnetFacts } from "../../../providers/engine/tailnet-facts.ts";

/** Small things that tests say the same way; each takes what differs from the ordinary. */

export const identity: Identity = { project: "home", stack: "prod", key: "tailnet-work", sweeps: false };
export const FILE: HostPath = "/etc/tsproxy/work/file";
export const UNIT: UnitName = "tsproxy-work.service";

export const EMPTY: Observed = {
  architecture: "x86_64",
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

export function foundFile(text = "text\n", parts: Partial<FoundFile> = {}): FoundFile {
  return {
    kind: "file",
    mode: "0644",
    owner: "0:0",
    stat: "5:1",
    changedAt: 1,
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
    clean: false,
    ...parts,
  };
}

/** As `unit()` is found when nothing differs. */
export function foundUnit(parts: Partial<FoundUnit> = {}): FoundUnit {
  return {
    active: "active",
    enabled: true,
    masked: false,
    stale: false,
    started: "s1",
    reloaded: "r1",
    readAt: 0,
    check: null,
    ...parts,
  };
}

export function facts(parts: Partial<TailnetFacts> = {}): TailnetFacts {
  return {
    loggedIn: true,
    state: "Running",
    addresses: ["100.64.0.1"],
    dnsName: "gateway-work.ts.example",
    suffix: "ts.example",
    health: [],
    ...parts,
  };
}

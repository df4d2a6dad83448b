/** A quantity that was measured in several runs; `spreadOf` in report/statistics.ts makes it of them. */
export interface Spread {
  /** In the order in which they were measured. */
  readonly runs: readonly number[];
  readonly median: number;
  /** First quartile. */
  readonly lower: number;
  /** Third quartile. */
  readonly upper: number;
}

/** What it was measured on. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  /** Distribution and release. */
  readonly system: string;
}

/** What every part says about itself. */
export interface Measured {
  /** ISO 8601, UTC: when the part ended. */
  readonly at: string;
  /** How long the part took. */
  readonly seconds: number;
  readonly machine: Machine;
  /** Program -> version, of everything that was measured or took part. */
  readonly versions: Readonly<Record<string, string>>;
}

/** What one run does that does not depend on the machine. */
export interface Counts {
  /** SSH connections. */
  readonly connections: number;
  /** SSH channels with a command, a shell or a subsystem in them. */
  readonly channels: number;
  readonly channelsAtOnce: number;
  /** Serial round trips, counted on the line: how often the controller spoke after it had listened. */
  readonly roundTrips: number;
  /** On the line, with the headers of IP and TCP. */
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Started on the host by the run. */
  readonly processes: number;
  /** Files and directories written, renamed or removed on the host. */
  readonly writes: number;
  /** Connections dropped before login, and channels refused. */
  readonly refused: number;
}

/** A tool's runs. */
export interface ToolRuns {
  /** As in tables, with the version: `Ansible 12.2 (pipelining)`. */
  readonly tool: string;
  /** Whole run of the tool, from its start to its end. */
  readonly wallSeconds: Spread;
  /** User and system time on the controller. */
  readonly cpuSeconds: Spread;
  /** Undefined where they were not counted. */
  readonly counts?: Counts;
}

/** Wall time of a tool over the round-trip time; the slope of the line is its serial round trips. */
export interface Latency {
  readonly tool: string;
  readonly points: readonly { readonly roundTripMs: number; readonly wallSeconds: Spread }[];
}

/** The same desired state, brought about by every tool. */
export interface Comparison extends Measured {
  readonly tailnets: number;
  readonly files: number;
  readonly units: number;
  readonly roundTripMs: number;
  /** `pulumi` with our resources, end to end. */
  readonly ours: ToolRuns;
  /** The same engine with as many resources of the same size that do nothing: engine time. */
  readonly engine: ToolRuns;
  readonly rivals: readonly ToolRuns[];
  /** Wall time over RTT; ours is end to end, the engine is a tool of its own. Empty: not measured. */
  readonly latency: readonly Latency[];
  /** Ours, by number of tailnets. */
  readonly sizes: readonly { readonly tailnets: number; readonly counts: Counts }[];
}

/** Rows 1 to 3: nothing has changed, and the tool finds that out. */
export interface RefreshResult extends Comparison {}

/** Row 4: everything is put on an empty host. */
export interface ApplyResult extends Comparison {
  /** Dependency waves of ours. */
  readonly waves: number;
}

/** Row 5: one file of one host among many is changed, then `up`. */
export interface OneOfFiftyResult extends Measured {
  readonly hosts: number;
  readonly hostsContacted: number;
  readonly roundTripMs: number;
  readonly counts: Counts;
  readonly wallSeconds: Spread;
}

/** Ours and the engine with resources that do nothing, the same number and size. */
export interface AgainstEngine {
  readonly ours: ToolRuns;
  readonly engine: ToolRuns;
  /** What the hosts need for the same steps when nothing waits for anything. Undefined: not measured. */
  readonly floorSeconds?: Spread;
}

/** The engine's checkpoints under one choice of backend and settings. */
export interface Checkpoints {
  /** Backend and settings, as a user sets them. */
  readonly setting: string;
  readonly wallSeconds: Spread;
  /** How many were written. */
  readonly count: number;
  readonly bytes: number;
}

/** Row 6: many hosts. */
export interface FleetResult extends Measured {
  readonly hosts: number;
  readonly tailnets: number;
  readonly roundTripMs: number;
  readonly refresh: AgainstEngine;
  readonly up: AgainstEngine;
  readonly stateBytesPerTailnet: number;
  readonly checkpoints: readonly Checkpoints[];
  /** Refresh of the same fleet by others. Empty: not measured. */
  readonly rivals: readonly ToolRuns[];
}

/** Row 7: `--parallel`. */
export interface ParallelResult extends Measured {
  readonly hosts: number;
  readonly tailnets: number;
  readonly rows: readonly {
    readonly parallel: number | "unlimited";
    /** The host with the most. */
    readonly connectionsPerHost: number;
    readonly channelsAtOnce: number;
    readonly refused: number;
    readonly wallSeconds: Spread;
  }[];
}

/** What a chain of programs costs while sessions are held that say nothing. */
export interface HeldSessions {
  readonly count: number;
  /** Sessions that did not open, broke, or did not answer at the end. */
  readonly errors: number;
  /** Memory of relay and SOCKS server per session, by their cgroups, above what they need at rest. */
  readonly relayKiB: number;
  readonly socksKiB: number;
  /** Open file descriptors per session, of both. */
  readonly descriptors: number;
  /** Processes of both while the sessions are held. */
  readonly processes: number;
}

/** Sessions at the same time that are used: some bytes and their answer, five times a second. */
export interface ActiveSessions {
  readonly count: number;
  readonly seconds: number;
  /** Sessions that did not open or broke. */
  readonly errors: number;
  /** From a question to the end of its answer. */
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** A relay and a SOCKS server between the client and the web server. */
export interface Chain {
  /** As in tables. */
  readonly name: string;
  readonly relay: string;
  readonly socks: string;
  readonly whose: "ours" | "seed" | "none";
  readonly connectionsPerSecond: Spread;
  /** 10^6 bytes a second. */
  readonly bulkMegabytesPerSecond: Spread;
  /** Connections, SOCKS handshakes or answers that failed in all runs together. */
  readonly errors: number;
  /** From the client's SYN to the end of a small answer, one connection after the other: median of each run. */
  readonly latencyMs: Spread;
  /** The same where many come at a time: the slowest in a hundred. Undefined: not measured. */
  readonly p99Ms?: Spread;
  /** By run, ours over the seed's in the same run. Undefined for the seed's own chain, and where there is none. */
  readonly ratio?: { readonly connections: Spread; readonly bulk: Spread };
  readonly held?: HeldSessions;
  readonly active?: ActiveSessions;
}

/** Row 8: what goes through a gateway that was made by `pulumi up`. */
export interface DataPlaneResult extends Measured {
  /** Load average of one minute before the part began: above about 0.5, other work took part of the cores. */
  readonly loadBefore: number;
  readonly parallel: number;
  readonly connections: number;
  readonly bulkMegabytes: number;
  /** The load generator, and what it does alone, against a web server beside it: what it cannot be the limit of. */
  readonly generator: {
    readonly name: string;
    readonly connectionsPerSecond: number;
    readonly megabytesPerSecond: number;
  };
  readonly chains: readonly Chain[];
}

/** A tool's runs, and how much of them it spoke with the host. */
export interface ProfiledRuns extends ToolRuns {
  /** From the first packet to the last one. */
  readonly lineSeconds: Spread;
}

/** Where the time goes, before and after the work on speed. */
export interface Profile extends Measured {
  readonly tailnets: number;
  readonly roundTripMs: number;
  readonly rows: readonly ProfiledRuns[];
}

/** The first `up` of a gateway with one tailnet in a laboratory. */
export interface FirstUpResult extends Measured {
  readonly wallSeconds: Spread;
  /** What apt needs for the package that is missing, beside the `up`. */
  readonly packageSeconds: Spread;
  /** From the start of tailscaled to the node's being online. */
  readonly loginSeconds: Spread;
}

/** Everything that was ever measured and is still published. A part that was not run keeps its last result. */
export interface Results {
  readonly refresh?: RefreshResult;
  readonly apply?: ApplyResult;
  readonly firstUp?: FirstUpResult;
  readonly oneOfFifty?: OneOfFiftyResult;
  readonly fleet?: FleetResult;
  readonly parallel?: ParallelResult;
  readonly dataPlane?: DataPlaneResult;
  readonly profile?: Profile;
}

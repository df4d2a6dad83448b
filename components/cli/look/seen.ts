import { z } from "zod";
import { printable } from "../../../providers/engine/errors.ts";
import { type Observed, observedOf, type Section } from "../../../providers/engine/state/observed.ts";

/** What one look at a gateway has seen: what the engine sees, and what status.sh adds. */
export interface Seen {
  readonly observed: Observed;
  /** By unit: of a service the program that runs, of a socket where it listens. */
  readonly processes: Readonly<
    Record<string, { readonly program: string; readonly listen: readonly string[] }>
  >;
  /** Open connections, by `address:port` of this end. */
  readonly sessions: Readonly<Record<string, number>>;
  /** Ends of names, by tailnet. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Suffixes whose names were asked for, each with whether it was answered; empty: none was. */
  readonly answers: readonly {
    readonly tailnet: string;
    readonly suffix: string;
    readonly isRight: boolean;
  }[];
  /** By tailnet. */
  readonly nodes: Readonly<Record<string, SeenNode>>;
}

export interface SeenNode {
  /** Connected to its control server; null: no answer. */
  readonly online: boolean | null;
  readonly peers: readonly Peer[];
  readonly traffic: { readonly received: number; readonly sent: number } | null;
  /** Networks that lead into the tailnet, single addresses aside. */
  readonly accepted: readonly string[];
}

export interface Peer {
  readonly name: string;
  readonly online: boolean;
  readonly routes: readonly string[];
}

export function seenIn(sections: readonly Section[]): Seen {
  const linesOf = (heading: string) =>
    (sections.findLast((section) => section.heading === heading)?.lines ?? []).filter((line) => line !== "");
  const tailnets = sections.flatMap(({ heading }) => /^node (\S+)$/.exec(heading)?.[1] ?? []);
  return {
    observed: observedOf(sections, []),
    processes: processesIn(linesOf("processes"), linesOf("programs")),
    sessions: sessionsIn(linesOf("sessions")),
    names: namesIn(linesOf("names")),
    answers: linesOf("answers").map((line) => {
      const [tailnet = "", suffix = "", right] = line.split(" ");
      return { tailnet, suffix: printable(suffix), isRight: right === "yes" };
    }),
    nodes: Object.fromEntries(
      tailnets.map((name) => [
        name,
        {
          ...nodeIn(linesOf(`node ${name}`).join("\n")),
          traffic: trafficIn(linesOf(`metrics ${name}`)),
          accepted: acceptedIn(linesOf(`routes ${name}`)),
        },
      ]),
    ),
  };
}

/** @param shown properties of a unit by lines, of which `Id` is the last. @param links as `stat -c %N` prints them */
function processesIn(shown: readonly string[], links: readonly string[]): Seen["processes"] {
  const programOf = new Map(
    links.flatMap((line): [string, string][] => {
      const [, pid = "", path = ""] = /^'\/proc\/(\d+)\/exe' -> '(.+)'$/.exec(line) ?? [];
      return pid === "" ? [] : [[pid, printable(path)]];
    }),
  );
  const processes: Record<string, { program: string; listen: string[] }> = {};
  let program = "";
  let listen: string[] = [];
  for (const line of shown) {
    const [, property, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    if (property === "MainPID") program = programOf.get(value) ?? "";
    if (property === "Listen") listen.push(printable(value.replace(/ \(\w+\)$/, "")));
    if (property !== "Id") continue;
    processes[value] = { program, listen };
    [program, listen] = ["", []];
  }
  return processes;
}

/** Lines of `uniq -c`. */
function sessionsIn(lines: readonly string[]): Seen["sessions"] {
  return Object.fromEntries(
    lines.flatMap((line): [string, number][] => {
      const [, count, address = ""] = /^\s*(\d+) (\S+)$/.exec(line) ?? [];
      return count === undefined ? [] : [[address, Number(count)]];
    }),
  );
}

/** Lines of `grep -H`: the file is called after its tailnet. */
function namesIn(lines: readonly string[]): Seen["names"] {
  const found = lines.flatMap((line) => {
    const [, tailnet = "", end = ""] = /\/([a-z0-9-]+)(?:\.domains)?\.zone:(\S+)\.:\d+ \{$/.exec(line) ?? [];
    return end === "" ? [] : [{ tailnet, end: printable(end) }];
  });
  const byTailnet = Map.groupBy(found, ({ tailnet }) => tailnet);
  return Object.fromEntries([...byTailnet].map(([tailnet, ends]) => [tailnet, ends.map(({ end }) => end)]));
}

const text = z.string().transform(printable);

/** Fields and their meaning: tailscale.com/ipn/ipnstate.Status. */
const nodeSchema = z.object({
  Self: z.object({ Online: z.boolean().default(false) }),
  Peer: z
    .record(
      z.string(),
      z.object({
        DNSName: text,
        HostName: text,
        Online: z.boolean().default(false),
        PrimaryRoutes: z.array(text).nullish(),
      }),
    )
    .nullish(),
});

function nodeIn(json: string): Pick<SeenNode, "online" | "peers"> {
  const node = nodeSchema.safeParse(parsed(json)).data;
  if (node === undefined) return { online: null, peers: [] };
  const peers = Object.values(node.Peer ?? {}).map(({ DNSName, HostName, Online, PrimaryRoutes }) => ({
    name: DNSName.replace(/\.$/, "") || HostName,
    online: Online,
    routes: PrimaryRoutes ?? [],
  }));
  return { online: node.Self.Online, peers };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function trafficIn(metrics: readonly string[]): SeenNode["traffic"] {
  const sum = (direction: string) =>
    metrics
      .flatMap(
        (line) => new RegExp(`^ tailscaled_${direction}_bytes_total\\{.*\\} (\\d+)$`).exec(line)?.[1] ?? [],
      )
      .reduce((total, bytes) => total + Number(bytes), 0);
  const isThere = metrics.some((line) => line.startsWith(" tailscaled_"));
  return isThere ? { received: sum("inbound"), sent: sum("outbound") } : null;
}

/** The route that each tailnet has to Tailscale's own network; no machine of the tailnet offers it. */
const OWN = "fd7a:115c:a1e0::/48";

/** Linux prints the network of a single machine as its address. */
function wholly(network: string): string {
  if (network === "default" || network.includes("/")) return network;
  return `${network}${network.includes(":") ? "/128" : "/32"}`;
}

function acceptedIn(routes: readonly string[]): string[] {
  const networks = routes.flatMap((line) => /^ (\S+) dev /.exec(line)?.[1] ?? []);
  return networks.filter((network) => network !== OWN).map((network) => printable(wholly(network)));
}

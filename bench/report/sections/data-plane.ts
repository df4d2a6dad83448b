import { blocks, number, table } from "../../../test/workbench/text.ts";
import type { Chain, DataPlaneResult, Spread } from "../../results.ts";
import { barPlot } from "../svg/bars.ts";
import { spread, times } from "../text.ts";
import { plot, type Section } from "./section.ts";

export function dataPlaneSection(result: DataPlaneResult): Section {
  const { chains } = result;
  const compared = chains.filter(({ whose }) => whose !== "none");
  return {
    title: "Data plane",
    plots: {
      "data-plane-connections": chainPlot(
        "New connections per second",
        "/s",
        compared,
        "connectionsPerSecond",
      ),
      "data-plane-bulk": chainPlot("Download", "MB/s", compared, "bulkMegabytesPerSecond"),
    },
    markdown: blocks(
      intro(result),
      busy(result),
      speedTable(chains),
      ratios(chains),
      plot("data-plane-connections", "New connections per second through each chain"),
      plot("data-plane-bulk", "Megabytes per second through each chain"),
      heldTable(compared),
      activeTable(compared),
      latencySentence(chains),
    ),
  };
}

function intro({ parallel, connections, bulkMegabytes, generator, chains }: DataPlaneResult): string {
  const most = Math.max(...chains.map(({ connectionsPerSecond }) => connectionsPerSecond.median));
  return [
    "A client in the primary tailnet goes through a gateway that `pulumi up` made to a web server in the LAN behind another tailnet:",
    "client, WireGuard, relay, SOCKS server in the namespace, WireGuard, subnet router, web server.",
    "A chain that was set up by hand runs beside ours in the same namespace and the same tailnets: `socat TCP-LISTEN:…,fork,reuseaddr`, its other settings as they come, and a Dante that logs as little as ours, without its rules and its sandbox. Ours is measured with each of its servers. The chain by hand once more with a queue of connections as long as ours (`backlog=1024`; socat takes five). All are measured in every run, by turns first and last.",
    `A run is ${number(connections)} connections, ${parallel} at a time, each with a SOCKS handshake and a small answer, and a download of ${bulkMegabytes} MB.`,
    "Client, gateway and servers share the machine's cores, so that the ratios mean more than the numbers.",
    `The column of the slowest is about connections of which that many come at a time. The load comes from ${generator.name}; against a server beside it, with no tunnel between, it makes ${number(generator.connectionsPerSecond)} connections and ${number(generator.megabytesPerSecond)} MB a second, ${times(generator.connectionsPerSecond / most)} the connections of the fastest row below.`,
  ].join(" ");
}

/** Above this, something else had a part of the cores that cannot be neglected. */
const BUSY = 0.5;

function busy({ loadBefore }: DataPlaneResult): string | undefined {
  if (loadBefore <= BUSY) return undefined;
  return `**The machine was busy with other work** (load average ${number(loadBefore)} before the part began). The ratios may flatter ours, because the other chain starts a process for every connection. Measure again on an idle machine.`;
}

function speedTable(chains: readonly Chain[]): string {
  return table(
    [
      "",
      "relay",
      "SOCKS server",
      "new connections/s",
      "bulk, MB/s",
      "one connection, ms",
      "slowest of 100, ms",
      "errors",
    ],
    chains.map((chain) => [
      chain.whose === "ours" ? `**${chain.name}**` : chain.name,
      chain.relay,
      chain.socks,
      spread(chain.connectionsPerSecond),
      spread(chain.bulkMegabytesPerSecond),
      spread(chain.latencyMs),
      chain.p99Ms === undefined ? "" : spread(chain.p99Ms),
      chain.errors,
    ]),
  );
}

function ratios(chains: readonly Chain[]): string | undefined {
  const rows = chains.flatMap(({ name, relay, socks, ratio }) =>
    ratio === undefined
      ? []
      : [[`${name}: ${relay} and ${socks}`, inTimes(ratio.connections), inTimes(ratio.bulk)]],
  );
  if (rows.length === 0) return undefined;
  return table(["over the chain by hand in the same run", "new connections", "bulk"], rows);
}

const inTimes = (ratio: Spread): string =>
  `**${times(ratio.median)}** (${times(Math.min(...ratio.runs))} to ${times(Math.max(...ratio.runs))})`;

function heldTable(chains: readonly Chain[]): string | undefined {
  const rows = chains.flatMap(({ name, held }) =>
    held === undefined
      ? []
      : [
          [
            name,
            held.count,
            held.errors,
            held.relayKiB,
            held.socksKiB,
            held.relayKiB + held.socksKiB,
            held.descriptors,
            held.processes,
          ],
        ],
  );
  if (rows.length === 0) return undefined;
  return blocks(
    "Sessions that are held open at the same time and say nothing, until each is asked for an answer at the end. Memory is what processes have for themselves plus their part of what they share (PSS), above that of the same programs at rest; what the kernel keeps for sockets and processes is not in it.",
    table(
      [
        "",
        "sessions",
        "errors",
        "relay, KiB each",
        "SOCKS server, KiB each",
        "together",
        "descriptors each",
        "processes in all",
      ],
      rows,
    ),
  );
}

function activeTable(chains: readonly Chain[]): string | undefined {
  const rows = chains.flatMap(({ name, active }) =>
    active === undefined
      ? []
      : [[name, active.count, active.seconds, active.errors, active.medianMs, active.p99Ms]],
  );
  if (rows.length === 0) return undefined;
  return blocks(
    "Sessions that are used at the same time: each sends 1 KiB five times a second and waits for the same bytes to come back.",
    table(["", "sessions", "seconds", "errors", "median, ms", "slowest of 100, ms"], rows),
  );
}

/** A SOCKS conversation waits for more answers than the tunnels' own one: what is added is those, and the programs. */
function latencySentence(chains: readonly Chain[]): string | undefined {
  const tunnels = chains.filter(({ whose }) => whose === "none");
  if (tunnels.length === 0) return undefined;
  const alone = tunnels.reduce((sum, { latencyMs }) => sum + latencyMs.median, 0);
  const added = chains
    .filter(({ whose }) => whose !== "none")
    .map(({ name, latencyMs }) => `${name} ${number(latencyMs.median - alone)} ms`);
  return `One request without any proxy takes ${number(alone)} ms through both tunnels one after the other. Added to that by relay, SOCKS server and the two more exchanges that SOCKS needs: ${added.join(", ")}.`;
}

function chainPlot(
  title: string,
  unit: string,
  chains: readonly Chain[],
  key: "connectionsPerSecond" | "bulkMegabytesPerSecond",
): string {
  return barPlot({
    title: `${title}, end to end`,
    unit,
    note: "Bars: medians; whiskers: quartiles. Longer is faster.",
    bars: chains.map((chain) => ({
      label: chain.name,
      spread: chain[key],
      tone: chain.whose === "ours" ? "ours" : "other",
    })),
  });
}

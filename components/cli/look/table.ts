import { type Mood, type Paint, plain } from "../paint.ts";
import { wrapText } from "../wrap.ts";
import type { GatewayStatus, Status, TailnetStatus } from "./shape.ts";

/** The status for a reader, in lines of at most 80 columns; errors keep theirs, of which host keys are pasted. */
export function statusText({ gateways }: Status, paint: Paint = plain): string {
  return gateways.map((gateway) => `${gatewayLines(gateway, paint).join("\n")}\n`).join("\n");
}

function gatewayLines(gateway: GatewayStatus, paint: Paint): string[] {
  const { name, host, error, stacks, tailnets } = gateway;
  const title = name === host ? name : `${name} (${host})`;
  if (error !== null) return [title, ...error.split("\n").map((line) => paint("wrong", `  ${line}`))];
  const made = stacks.length === 0 ? "nothing was made here" : `of ${stacks.join(", ")}`;
  return [
    `${title}: ${made}`,
    ...(tailnets.length === 0 ? [] : ["", ...table(tailnets, paint)]),
    ...tailnets.flatMap((tailnet) => ["", ...tailnetLines(tailnet, paint)]),
    "",
    ...gatewayRest(gateway, paint),
  ];
}

const HEADINGS = ["TAILNET", "STATE", "ADDRESS", "SESSIONS", "RECEIVED", "SENT", "LOGIN ENDS"];

function table(tailnets: readonly TailnetStatus[], paint: Paint): string[] {
  const rows = [HEADINGS, ...tailnets.map(rowOf)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row, index) => {
    const state = tailnets[index - 1]?.state;
    const cells = row.map((cell, column) => {
      const padded = cell.padEnd(widths[column] ?? 0);
      return column === 1 && state !== undefined ? paint(moodOf(state), padded) : padded;
    });
    return cells.join("  ").trimEnd();
  });
}

function rowOf({ name, state, addresses, ports, traffic, keyExpiry }: TailnetStatus): string[] {
  const sessions = ports.reduce((sum, port) => sum + port.sessions, 0);
  return [
    name,
    state,
    addresses[0] ?? "-",
    String(sessions),
    traffic === null ? "-" : bytes(traffic.received),
    traffic === null ? "-" : bytes(traffic.sent),
    keyExpiry === null ? "-" : keyExpiry.slice(0, 10),
  ];
}

function moodOf(state: TailnetStatus["state"]): Mood {
  if (state === "online") return "well";
  return state === "starting" || state === "waiting" ? "doubtful" : "wrong";
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** In steps of a thousand, with one digit behind the point. */
export function bytes(count: number): string {
  const step = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(1, count)) / 3)), UNITS.length - 1);
  const value = count / 1000 ** step;
  return `${step === 0 ? value : value.toFixed(1)} ${UNITS[step]}`;
}

function tailnetLines(tailnet: TailnetStatus, paint: Paint): string[] {
  const { name, dnsName, addresses, names, ports, routes, health } = tailnet;
  const also = addresses.slice(1).map((address) => `also ${address}`);
  return [
    ...wrapped(`${name}: ${[dnsName || "no name in the tailnet", ...also].join(", ")}`, "", paint),
    ...names.flatMap((end) => wrapped(`names under ${end}`, "  ", paint)),
    ...ports.flatMap(({ listen, server }) => wrapped(`port ${listen}, served by ${server}`, "  ", paint)),
    ...routes.flatMap((route) =>
      wrapped(routeText(route), "  ", paint, isUsable(route) ? "well" : "doubtful"),
    ),
    ...health.flatMap((line) => wrapped(`! ${line}`, "  ", paint, "doubtful")),
  ];
}

function isUsable({ online, accepted }: TailnetStatus["routes"][number]): boolean {
  return accepted && online !== false;
}

function routeText({ network, via, online, accepted }: TailnetStatus["routes"][number]): string {
  const where = via === "" ? "" : ` behind ${via}`;
  const faults = [...(online === false ? ["which is offline"] : []), ...(accepted ? [] : ["not accepted"])];
  return [`route ${network}${where}`, ...faults].join(", ");
}

function gatewayRest({ overlaps, programs, failed, drift }: GatewayStatus, paint: Paint): string[] {
  const runs = programs.map(({ name, wanted, running }) => {
    const isSame = wanted.join() === running.join();
    const text = `${name} ${running.join(", ") || "does not run"}`;
    return isSame ? text : `${text} (installed: ${wanted.join(", ") || "none"})`;
  });
  return [
    ...overlaps.flatMap(({ tailnet, network, other, otherNetwork }) =>
      wrapped(`overlap: ${network} of ${tailnet}, ${otherNetwork} of ${other}`, "", paint),
    ),
    ...(runs.length === 0 ? [] : wrapped(`runs: ${runs.join(", ")}`, "", paint)),
    ...failed.flatMap((unit) => wrapped(`failed: ${unit}`, "", paint, "wrong")),
    ...(drift.length === 0
      ? ["drift: none that the host itself can tell"]
      : drift.flatMap((line) => wrapped(`drift: ${line}`, "", paint, "wrong"))),
  ];
}

function wrapped(text: string, indent: string, paint: Paint, mood: Mood = "well"): string[] {
  return wrapText(text, indent).map((line) => (mood === "well" ? line : paint(mood, line)));
}

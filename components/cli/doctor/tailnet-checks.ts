import { tailnetNames } from "../../render/names.ts";
import type { Seen } from "../look/seen.ts";
import type { TailnetStatus } from "../look/shape.ts";
import { fail, ok, type Verdict, warn } from "./verdict.ts";

/** What the checks of a tailnet read. */
export interface TailnetPatient {
  readonly tailnet: TailnetStatus;
  readonly seen: Seen;
}

/** Of each tailnet, by their names, in the order in which they are shown. */
export const TAILNET_CHECKS: Readonly<Record<string, (patient: TailnetPatient) => readonly Verdict[]>> = {
  login,
  health,
  port,
  names,
  routes,
};

function login({ tailnet: { name, state, addresses }, seen }: TailnetPatient): Verdict[] {
  if (state === "online") return [ok(`the node is online as ${addresses.join(", ")}`)];
  if (state === "unknown")
    return [
      fail("the tailscaled of the tailnet does not answer", `pulumi-tsproxy restart ${name} tailscaled`),
    ];
  const trouble = seen.observed.probes[tailnetNames(name).socket]?.trouble ?? null;
  if (trouble !== null) return [fail(trouble.because, remedyOf(trouble.remedy, name))];
  const remedies: Partial<Record<TailnetStatus["state"], string>> = {
    offline: `see whether the host reaches the control server: pulumi-tsproxy tailscale ${name} netcheck`,
    stopped: "run `pulumi up --refresh`",
  };
  const isPassing = state === "starting";
  const verdict = isPassing ? warn : fail;
  return [verdict(`the node is ${state}`, remedies[state] ?? `pulumi-tsproxy logs ${name}`)];
}

/** @param known in the words of an error of Pulumi's, where it is certain */
function remedyOf(known: string | null, name: string): string {
  return known === null ? `pulumi-tsproxy logs ${name}` : `${known} (\`pulumi up --refresh\`)`;
}

/** What the node says of itself, but for that which is said of its login already. */
function health({ tailnet: { name, state, health: lines } }: TailnetPatient): Verdict[] {
  if (state !== "online") return [];
  return lines.map((line) => warn(line, `pulumi-tsproxy tailscale ${name} status`));
}

function port({ tailnet: { name, ports }, seen }: TailnetPatient): Verdict[] {
  const { socks, relaySocket } = tailnetNames(name).units;
  const { units } = seen.observed;
  return ports.map(({ listen, sessions }) => {
    if (units[relaySocket]?.active !== "active")
      return fail(`nothing listens on port ${listen}: ${relaySocket} is not running`, RESTART(name));
    if (units[socks]?.active !== "active")
      return fail(`nothing serves behind port ${listen}: ${socks} is not running`, RESTART(name));
    return ok(`port ${listen} is served, ${sessions} ${sessions === 1 ? "session" : "sessions"} open`);
  });
}

const RESTART = (name: string) => `pulumi-tsproxy restart ${name}`;

function names({ tailnet: { name }, seen }: TailnetPatient): Verdict[] {
  return seen.answers
    .filter(({ tailnet }) => tailnet === name)
    .map(({ suffix, isRight }) =>
      isRight
        ? ok(`names under ${suffix} are answered`)
        : fail(
            `names under ${suffix} are not answered`,
            `pulumi-tsproxy restart ${name} dns; if that does not help, see pulumi-tsproxy logs ${name}`,
          ),
    );
}

function routes({ tailnet: { name, state, routes: all }, seen }: TailnetPatient): Verdict[] {
  if (state !== "online") return [];
  if (all.length === 0) return [ok(`the tailnet offers no networks${offlineIn(name, seen)}`)];
  return all.map(({ network, via, online, accepted }) => {
    if (!accepted && network.endsWith("/0"))
      return ok(`${via} is an exit node, and the node does not use it`);
    if (!accepted)
      return warn(
        `${network} is offered by ${via}, and the node does not use it`,
        `set acceptRoutes to true for ${name}, or take no notice`,
      );
    if (online === false)
      return warn(
        `${via}, behind which ${network} is, is offline`,
        "see to that machine, or to its Tailscale",
      );
    return ok(`${network} is reached${via === "" ? "" : ` by ${via}`}`);
  });
}

const NAMES_MAX = 5;

/** Control servers may take back the networks of a machine that goes, so that nothing says any more what it offered. */
function offlineIn(name: string, { nodes }: Seen): string {
  const offline = (nodes[name]?.peers ?? []).filter(({ online }) => !online).map((peer) => peer.name);
  if (offline.length === 0) return "";
  const more = offline.length > NAMES_MAX ? [`${offline.length - NAMES_MAX} more`] : [];
  return `; those of machines that are offline are not known: ${[...offline.slice(0, NAMES_MAX), ...more].join(", ")}`;
}

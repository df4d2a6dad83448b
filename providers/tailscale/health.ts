import type { NodeStatus } from "./status.ts";

const DAY_MS = 24 * 3600 * 1000;

/** That soon a login must end to be worth a warning. */
const NEAR_MS = 30 * DAY_MS;

/** Advice and passing states, which tailscaled lists among its troubles; and what is said in other words here. */
const NO_TROUBLE = [
  /^Tailscale is (?:starting|stopped)/,
  /^Some peers are advertising routes but --accept-routes is false/,
  /^An? (?:security )?update from version /,
  /^This is an unstable version of Tailscale/,
  /^Unable to connect to the Tailscale coordination server/,
  /this node is locked out/,
];

/**
 * What is wrong with a node, or will be within a month, though its daemon runs: a sentence each, with what to do about
 * it. The same as long as nothing changes.
 *
 * @param now milliseconds since 1970.
 */
export function troublesOf(status: NodeStatus, now: number): string[] {
  return [
    ...loginTroubles(status, now),
    ...status.health.filter((line) => !isToldOtherwise(line, status)),
    ...routeTroubles(status),
  ];
}

function isToldOtherwise(line: string, { state }: NodeStatus): boolean {
  const isOfLogin = state !== "Running" && line.startsWith("You are logged out");
  return isOfLogin || NO_TROUBLE.some((known) => known.test(line));
}

function loginTroubles(status: NodeStatus, now: number): string[] {
  const { state, online, keyExpiry, health, nodeKey } = status;
  const troubles: string[] = [];
  if (!status.loggedIn) troubles.push(logoutOf(status));
  else if (state !== "Running") troubles.push(outsideOf(status));
  else if (!online) troubles.push(OFFLINE);
  else if (isNear(keyExpiry, now))
    troubles.push(
      `the login of the node ends on ${keyExpiry.slice(0, 10)}: switch key expiry off for it in the console of the tailnet, or be ready with a new authKey`,
    );
  if (health.some((line) => /this node is locked out/.test(line)))
    troubles.push(
      `the node is locked out by tailnet lock: on a signing node of the tailnet run "tailscale lock sign ${nodeKey}"`,
    );
  return troubles;
}

const OFFLINE =
  "the node is offline: its control server does not answer it. If the node was deleted there, restart tailscaled in its namespace and run `pulumi up --refresh`";

/** Of a node that has a login and is not connected by it. */
function outsideOf({ state, unanswered }: NodeStatus): string {
  const why = unanswered === "" ? "" : `; its control server was not reached: ${unanswered}`;
  return `the node is not in its tailnet (${state})${why}`;
}

/** Why the node has to log in, in the words of those who can tell. */
export function logoutOf({ refusal, unanswered, state, expired }: NodeStatus): string {
  if (unanswered !== "") return `the control server was not reached: ${unanswered}`;
  if (refusal !== "") return `the control server refuses the login: ${refusal}`;
  if (state === "NeedsMachineAuth")
    return "the node waits for the approval of an administrator of the tailnet";
  if (expired) return "the login of the node has expired";
  return `the node is logged out (${state === "" ? "no state" : state})`;
}

/** What to do about a node that is out, where that is certain. */
export function remedyFor({ refusal, unanswered, state, expired, loginPage }: NodeStatus): string | null {
  if (unanswered !== "") return OUT_OF_TIME.test(unanswered) ? CLOCK : null;
  if (state === "NeedsMachineAuth")
    return "approve the device in the console of the tailnet, or give a pre-approved key as authKey";
  if (/\btags?\b/.test(refusal)) return "give an authKey with tags that the policy of the tailnet permits";
  if (refusal === "" && loginPage !== "")
    return `open ${loginPage} in a browser and log in there, or give a new authKey; then run the same command again`;
  if (refusal !== "" || state === "NeedsLogin" || expired) return NEW_KEY;
  return null;
}

/** Go's words for a certificate that is not valid at the time that the host's clock shows. */
const OUT_OF_TIME = /certificate has expired or is not yet valid/;

const CLOCK =
  "set the clock of the host (timedatectl set-ntp true); where it is right, the control server needs another certificate";

const NEW_KEY =
  "if the key was used before or has expired: make a new one in that tailnet, give it as authKey, and run the same command again";

function isNear(expiry: string, now: number): boolean {
  const at = Date.parse(expiry);
  return Number.isFinite(at) && at - now < NEAR_MS;
}

function routeTroubles({ unapprovedRoutes: count }: NodeStatus): string[] {
  if (count === 0) return [];
  const what = count === 1 ? "1 advertised route is" : `${count} advertised routes are`;
  return [
    `${what} not approved yet: approve in the console of the tailnet, or by autoApprovers in its policy`,
  ];
}

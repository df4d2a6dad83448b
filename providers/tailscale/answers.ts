import type { ProbeAnswer, ProbeAnswers } from "../engine/kinds/extension.ts";
import type { HostPath } from "../engine/kinds/names.ts";
import { logoutOf, remedyFor, troublesOf } from "./health.ts";
import { type NodeFacts, type NodeStatus, statusIn } from "./status.ts";

/** As the engine takes it. @param now milliseconds since 1970 */
export function answerOf(status: NodeStatus, now = Date.now()): ProbeAnswer {
  const { loggedIn, state, addresses, dnsName, suffix, keyExpiry, id, unapprovedRoutes } = status;
  const troubles = troublesOf(status, now);
  const waiting = unapprovedRoutes > 0 ? { id, unapprovedRoutes } : {};
  const facts: NodeFacts = { state, addresses, dnsName, suffix, keyExpiry, health: troubles, ...waiting };
  return {
    healthy: loggedIn,
    facts: { ...facts },
    warnings: troubles,
    trouble: loggedIn ? null : { because: logoutOf(status), remedy: remedyFor(status) },
    complaints: status.health.map((line) => `tailscale: ${line}`),
  };
}

/**
 * Answers by socket. Lines with a leading blank are what a node said, its status and then its metrics; the line after
 * them names its socket.
 */
export function answersIn(lines: readonly string[], now = Date.now()): ProbeAnswers {
  const answers: Record<HostPath, ProbeAnswer | null> = {};
  let said: string[] = [];
  for (const line of lines) {
    if (line.startsWith(" ")) said.push(line.slice(1));
    if (!line.startsWith("@ /")) continue;
    const isMetric = (each: string) => each.startsWith("tailscaled_");
    const status = statusIn(said.filter((each) => !isMetric(each)).join("\n"), said.filter(isMetric));
    answers[`/${line.slice(3)}`] = status === null ? null : answerOf(status, now);
    said = [];
  }
  return answers;
}

import { shellFile } from "./demo-project.ts";
import type { Proof, Proven, Way } from "./proofs.ts";
import { proxiesOf } from "./proxies.ts";
import { siteAddress } from "./route-proofs.ts";

/** Something the demo has shown to be true, or failed to. */
export interface Check {
  readonly says: string;
  readonly passed: boolean;
}

/** A line that parts the demo into its acts. */
export const headline = (text: string): string => `\n── ${text} ${"─".repeat(Math.max(3, 76 - text.length))}`;

/** One row of the table of proofs; all rows of `proofs` are aligned. */
export function rowFor(proofs: readonly Proof[]): (proven: Proven) => string {
  const width = Math.max(...proofs.map(({ says }) => says.length));
  return ({ says, on, passed, answer, expects }) => {
    const found = answer || "no answer";
    const result = passed ? found : `expected ${expects}, found ${found}`;
    return `  ${passed ? "ok  " : "FAIL"}  ${on.padEnd(6)}  ${says.padEnd(width)}  ${result}`;
  };
}

/** What to do next, with commands that work as they stand. */
export function waysOn(lab: string, gateway: string, ways: readonly Way[]): string {
  const inLab = `npm run lab -- --name ${lab} exec`;
  const curls = ways.flatMap((way) => [
    ...proxiesOf(gateway, way).map((proxy) => `-x ${proxy} http://10.0.0.50.${way.suffix}/`),
    ...(way.route === undefined ? [] : [`'http://[${siteAddress(way.route)}:10.0.0.50]/'   # no proxy`]),
  ]);
  return [
    headline("Look around"),
    "as a client of the gateway:",
    ...curls.map((how) => `  ${inLab} client curl -s ${how}`),
    `  ${inLab} client dig @${gateway} 10.0.0.50.${ways[0]?.suffix} +short`,
    "on the gateway:",
    `  ${inLab} gateway systemctl list-units 'tsproxy*'`,
    `  ${inLab} gateway ip netns`,
    "with pulumi, in the project that was just applied:",
    `  . ${shellFile(lab)}`,
    "  pulumi stack output",
    "  pulumi preview --diff --refresh      # after you broke something on the gateway",
    "take everything down:",
    "  npm run demo -- down",
  ].join("\n");
}

/** The last line. */
export function verdict(checks: readonly Check[]): string {
  const passed = checks.filter((check) => check.passed).length;
  return `demo: ${passed} checks passed, ${checks.length - passed} failed`;
}

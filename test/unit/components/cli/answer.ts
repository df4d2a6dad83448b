import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a gateway of the laboratory has answered to a look. */
const ANSWER = readFileSync(join(__dirname, "look-at-a-gateway.txt"), "utf8");

export type Change = readonly [from: string | RegExp, to: string];

/** That answer, each change made once or, by a pattern with the flag for it, everywhere. */
export function changed(...changes: readonly Change[]): string {
  return changes.reduce((text, [from, to]) => {
    const other = text.replace(from, to);
    if (other === text) throw new Error(`nothing in the answer is ${from}`);
    return other;
  }, ANSWER);
}

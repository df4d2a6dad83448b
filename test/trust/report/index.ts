import { blocks, number, table } from "../../workbench/text.ts";
import type { Results, RowResult } from "../results.ts";

const INTRO = `# Trust

What was done to the gateway to make it lose, leak or leave something, and what came of it. This page is written by

\`\`\`sh
npm run trust                  # everything, two rows at a time; needs what the laboratory needs
npm run trust -- --only crash  # one row; the others keep their last results, with their date
\`\`\`

- **A case** is one attempt: a cut at one step, one interleaving, one input. Cases are drawn by chance from a seed, so that the command in the last column repeats them.
- **A planted fault** is a defect made on purpose, such as a lock that is not taken. Each row's trials are run with each of its faults too, and have to fail: a row that cannot fail shows nothing.
- \`npm test\` holds a part of every row and all planted faults that take seconds.`;

/** The page that belongs to results. The same results give the same bytes. @param order names of rows */
export function render(results: Results, order: readonly string[]): string {
  const found = order.flatMap((name) => {
    const result = results[name];
    return result === undefined ? [] : [{ name, result }];
  });
  const missing = order.filter((name) => results[name] === undefined);
  const page = blocks(
    INTRO,
    missing.length > 0 ? `Not tried yet: ${missing.join(", ")}.` : undefined,
    found.length > 0 ? overview(found.map(({ result }) => result)) : undefined,
    ...found.map(({ result }) => details(result)),
  );
  return `${page}\n`;
}

function overview(found: readonly RowResult[]): string {
  return table(
    ["", "cases", "failures", "planted faults noticed", "s", "tried (UTC)", "to repeat"],
    found.map(({ title, cases, failures, faults, seconds, at, command }) => [
      title,
      cases,
      failures.length === 0 ? 0 : `**${number(failures.length)}**`,
      `${faults.length - failures.filter(({ number }) => number === undefined).length} of ${faults.length}`,
      Math.round(seconds),
      at.slice(0, 10),
      `\`${command}\``,
    ]),
  );
}

function details({ title, unproved, failures, figures, faults }: RowResult): string {
  const counted = Object.entries(figures).map(([name, value]) => `${name}: ${number(value)}`);
  return blocks(
    `## ${title.replace(/^./, (first) => first.toUpperCase())}`,
    counted.length > 0 ? `Counted: ${counted.join("; ")}.` : undefined,
    `Planted: ${faults.join("; ")}.`,
    unproved === "" ? undefined : `**Left unproved.** ${unproved}`,
    ...failures.map(
      ({ trial, number: at, message }) =>
        `**Failed**${at === undefined ? "" : ` (case ${at})`}: ${trial}\n\n${quoted(message)}`,
    ),
  );
}

const quoted = (message: string): string =>
  message
    .split("\n")
    .slice(0, 20)
    .map((line) => `    ${line}`)
    .join("\n");

import { type Mood, type Paint, plain } from "../paint.ts";
import { wrapText } from "../wrap.ts";
import type { Check } from "./verdict.ts";

const MOODS: Readonly<Record<Check["status"], Mood>> = { ok: "well", warn: "doubtful", fail: "wrong" };

/** Checks for a reader, gateway by gateway, each with what to do behind it; at the end how many are of which kind. */
export function checksText(checks: readonly Check[], paint: Paint = plain): string {
  const lines = [...Map.groupBy(checks, ({ gateway }) => gateway)].flatMap(([gateway, own]) => [
    gateway,
    ...own.flatMap((check) => checkLines(check, paint)),
    "",
  ]);
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  return `${lines.join("\n")}\n${count("ok")} ok, ${count("warn")} to look at, ${count("fail")} wrong\n`;
}

/** As deep as what stands behind the status. */
const INDENT = "       ";

function checkLines({ tailnet, name, status, message, remedy }: Check, paint: Paint): string[] {
  const subject = tailnet === null ? name : `${tailnet} ${name}`;
  const [first = "", ...more] = wrapText(`${subject}: ${message}`, INDENT);
  const headed = `  ${paint(MOODS[status], status.padEnd(4))} ${first.trimStart()}`;
  return [headed, ...more, ...(remedy === "" ? [] : wrapText(`-> ${remedy}`, INDENT))];
}

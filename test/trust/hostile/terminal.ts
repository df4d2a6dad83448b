const CONTROLS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const LENGTH_MAX = 64 * 1024;

/** Whether a terminal that is shown this does more than show it. Lines may end, and begin with a tab. */
export function steersTerminal(text: string): boolean {
  return CONTROLS.test(text.replace(/[\n\t]/g, ""));
}

/** @throws Error when `text` is not fit to be shown to a user */
export function mustBeFitToShow(what: string, text: string): void {
  const at = CONTROLS.exec(text.replace(/[\n\t]/g, ""))?.[0];
  if (at !== undefined) throw new Error(`${what} has a raw ${JSON.stringify(at)}: ${excerpt(text)}`);
  if (text.length > LENGTH_MAX)
    throw new Error(`${what} is ${text.length} characters long: ${excerpt(text)}`);
}

/** All texts in plain data, however deep. */
export function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield key;
    yield* textsIn(inner);
  }
}

function excerpt(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}

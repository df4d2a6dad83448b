/** One thing that is so on a host: what it is about, and its value, which may be empty. */
export type Fact = readonly [string, string];

/** The pieces of `text`, each ended by `end`. */
export const split = (text: string, end: string): string[] => text.split(end).filter((piece) => piece !== "");

/** One fact without a value per line. */
export const lineFacts = (kind: string, text: string): Fact[] =>
  split(text, "\n").map((line) => [`${kind} ${line.trim()}`, ""]);

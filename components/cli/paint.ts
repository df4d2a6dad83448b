import { styleText } from "node:util";

/** What a text means: it is well, needs a look, or is wrong. */
export type Mood = "well" | "doubtful" | "wrong";

export type Paint = (mood: Mood, text: string) => string;

const COLOURS: Readonly<Record<Mood, "green" | "yellow" | "red">> = {
  well: "green",
  doubtful: "yellow",
  wrong: "red",
};

/** Plain where standard output is no terminal, or NO_COLOR is set. */
export const paint: Paint = (mood, text) => styleText(COLOURS[mood], text, { stream: process.stdout });

/** Changes nothing. */
export const plain: Paint = (_mood, text) => text;

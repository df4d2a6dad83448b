/** Something that the world does to a gateway, as a row of docs/field.md. */
export interface FieldCase {
  /** `A1` to `H30` for those of the first survey, `R1` to `R15` for those of the review, `N1` and on for those found since. */
  readonly id: string;
  /** What happens, in the words of an operator. */
  readonly happens: string;
  /** What a user saw before 0.2.0. */
  readonly before: string;
  /** What a user sees now. */
  readonly now: string;
  /** The test that shows it: its file, and its title, the last part alone. A title with `%s` or `$name` stands for all its rows. */
  readonly test: readonly [file: string, title: string];
}

/** A fault of the field that is there still. */
export interface OpenCase extends Pick<FieldCase, "id" | "happens"> {
  /** Why it stays, and what an operator can do. */
  readonly because: string;
  /** Where the documents say so: the file, and words that stand there. */
  readonly said: readonly [file: string, words: string];
}

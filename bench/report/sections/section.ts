/** A chapter of the report. */
export interface Section {
  readonly title: string;
  /** Without the title. */
  readonly markdown: string;
  /** Name without directory and ending -> SVG. */
  readonly plots: Readonly<Record<string, string>>;
}

/** Shows a plot of the same section. @param says what it shows, for those who do not see it */
export const plot = (name: string, says: string): string => `![${says}](speed/${name}.svg)`;

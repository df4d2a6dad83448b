/** Whole numbers whole, others by three digits that mean something; thousands parted: `12`, `0.412`, `1 530`. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const magnitude = Number.isInteger(value) ? 2 : Math.floor(Math.log10(Math.abs(value)));
  const text = value.toFixed(Math.min(3, Math.max(0, 2 - magnitude)));
  return text.replace(/\B(?=(?:\d{3})+$)/g, "\u2009");
}

export type Cell = string | number | undefined;

/**
 * A Markdown table; the first column is text, the others are aligned right. Undefined cells show a dash. Columns are
 * padded as the project's formatter does, which checks the page too.
 */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = (cell: Cell) =>
    (cell === undefined ? "–" : typeof cell === "number" ? number(cell) : cell).replaceAll("|", "\\|");
  const lines = [head, ...rows].map((row) => row.map(text));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const padded = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  const rule = widths.map((width, column) =>
    column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  const [top = [], ...rest] = lines.map((cells) => cells.map(padded));
  return [top, rule, ...rest].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Paragraphs, tables and the like with an empty line between; what is undefined is left out. */
export const blocks = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== "").join("\n\n");

const WIDTH = 80;

/** A text as lines of at most 80 columns, but for words that are longer; all but the first stand two columns deeper. */
export function wrapText(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.trim().split(/\s+/)) {
    const isFirst = line.trim() === "";
    if (!isFirst && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = `${indent}  ${word}`;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line];
}

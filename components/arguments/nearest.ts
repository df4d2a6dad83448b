/** The one of `known` that takes the fewest changed letters to become `word`, the first of equals; undefined of none. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const distances = known.map((candidate) => distance(word, candidate));
  return known[distances.indexOf(Math.min(...distances))];
}

/** Letters to insert, remove or replace: the distance of Levenshtein, a row of its table at a time. */
function distance(a: string, b: string): number {
  const first = Array.from({ length: b.length + 1 }, (_, column) => column);
  const last = [...a].reduce((above, letter, row) => {
    const line = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      line.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    return line;
  }, first);
  return last.at(-1) ?? 0;
}

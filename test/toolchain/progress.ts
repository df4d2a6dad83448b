/** Where a person at the terminal is told what is going on. Standard output stays free for answers. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Tells what is being waited for, once it takes longer than two seconds, then every ten seconds and at the end.
 *
 * @param label what is happening, such as "building headscale".
 */
export async function withProgress<T>(label: string, work: Promise<T>): Promise<T> {
  const start = performance.now();
  const elapsed = () => `${((performance.now() - start) / 1000).toFixed(0)} s`;
  let told = false;
  const tell = () => {
    told = true;
    say(`… ${label} (${elapsed()})`);
  };
  const first = setTimeout(tell, 2_000);
  const again = setInterval(tell, 10_000);
  try {
    const result = await work;
    if (told) say(`  ${label}: done in ${elapsed()}`);
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(again);
  }
}

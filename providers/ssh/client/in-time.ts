/** @throws Error with the message `late` when time is up */
export async function inTime<T>(work: Promise<T>, limitMs: number, late: string): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(late)), limitMs);
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

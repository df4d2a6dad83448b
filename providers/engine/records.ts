/** Plain data by keys: always in the order of the keys, so that equal data gives equal text. */

export function keys<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return (Object.keys(record) as K[]).sort();
}

export function entries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return keys(record).map((key) => [key, record[key]]);
}

export function mapValues<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V, key: K) => W,
): Record<K, W> {
  return Object.fromEntries(entries(record).map(([key, value]) => [key, map(value, key)])) as Record<K, W>;
}

/** As {@link mapValues}, without the keys for which `map` gives `undefined`. */
export function pick<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V, key: K) => W | undefined,
): Record<K, W> {
  const result: Partial<Record<K, W>> = {};
  for (const key of keys(record)) {
    const value = map(record[key], key);
    if (value !== undefined) result[key] = value;
  }
  return result as Record<K, W>;
}

export function union<T extends string>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Set([...a, ...b])].sort();
}

/** `value` without the keys that have their usual value. */
export function without<T extends object>(value: T, usual: Partial<T>): Partial<T> {
  const rest: Partial<T> = { ...value };
  for (const key in usual) if (same(value[key], usual[key])) delete rest[key];
  return rest;
}

/** Deep equality of plain data, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

/** JSON with the keys of every object in order. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

export function not<T>(holds: (item: T) => boolean): (item: T) => boolean {
  return (item) => !holds(item);
}

/** Something that is measured again and again. */
export interface Entrant<T extends { readonly wallSeconds: number }> {
  readonly name: string;
  run(): Promise<T>;
}

/** Runs of one entrant. */
export interface Series<T> {
  readonly name: string;
  /** In the order in which they were made. */
  readonly samples: readonly T[];
  /** Why there are no more of them, when one failed. */
  readonly failed?: string;
}

export interface RoundsPlan {
  /** Runs of each entrant, 1 or more. */
  readonly runs: number;
  /**
   * Once an entrant has run, it is not run again if it would then have taken longer than this in all. Keeps the slowest
   * from taking the time of all others.
   */
  readonly budgetSeconds: number;
  /** Called before each run, with the share of the work that is done, 0 to 1. */
  readonly tell: (what: string, done: number) => void;
  /** @default Math.random */
  readonly random?: () => number;
}

/**
 * Runs every entrant `runs` times, each round in another random order, so that whatever else goes on on the machine
 * hits all of them alike. An entrant that fails is left out from then on; the others go on.
 */
export async function inRounds<T extends { readonly wallSeconds: number }>(
  entrants: readonly Entrant<T>[],
  { runs, budgetSeconds, tell, random = Math.random }: RoundsPlan,
): Promise<Series<T>[]> {
  const samples = new Map<string, T[]>(entrants.map(({ name }) => [name, []]));
  const failures = new Map<string, string>();
  const samplesOf = ({ name }: Entrant<T>) => samples.get(name) ?? [];
  const isIn = (entrant: Entrant<T>) =>
    !failures.has(entrant.name) && isWithin(samplesOf(entrant), budgetSeconds);
  for (let round = 0; round < runs; round++) {
    for (const [index, entrant] of shuffled(entrants.filter(isIn), random).entries()) {
      tell(`${entrant.name}, run ${round + 1} of ${runs}`, (round + index / entrants.length) / runs);
      try {
        samplesOf(entrant).push(await entrant.run());
      } catch (error) {
        failures.set(entrant.name, error instanceof Error ? error.message : String(error));
      }
    }
  }
  return entrants.map((entrant) => {
    const failed = failures.get(entrant.name);
    return { name: entrant.name, samples: samplesOf(entrant), ...(failed !== undefined && { failed }) };
  });
}

function isWithin(samples: readonly { readonly wallSeconds: number }[], budgetSeconds: number): boolean {
  if (samples.length === 0) return true;
  const spent = samples.reduce((sum, { wallSeconds }) => sum + wallSeconds, 0);
  return spent + spent / samples.length <= budgetSeconds;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [result[last], result[other]];
    if (a !== undefined && b !== undefined) [result[last], result[other]] = [b, a];
  }
  return result;
}

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sameOutline } from "../../../providers/engine/state/outline.ts";
import { recordedIn } from "../../../providers/engine/state/outputs.ts";
import { Deployment } from "../../fake/deployment.ts";
import { bareHost, expectPicture, offerDownloads, pictureOf } from "../../fake/gateway.ts";
import { type Registration, registrationsOf } from "../../fake/program.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import type { Fixture } from "./fixture.ts";

const RECORDS = join(import.meta.dirname, "records");

/** Oldest first. */
export const records: readonly Fixture[] = readdirSync(RECORDS)
  .map((file): Fixture => JSON.parse(readFileSync(join(RECORDS, file), "utf8")))
  .sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1));

/** @throws Error when nothing was ever recorded */
function last<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) throw new Error("there are no records");
  return item;
}

/** What the latest format looks like. */
export const newest = last(records);

/** What is done with a stack of an older release. */
const WAYS = ["up", "refresh, then up", "destroy", "refresh, then destroy"] as const;

/** Changes a record, as no release should: how faults are planted. */
type Spoil = (record: Fixture) => Fixture;

/** Every record, in every way. */
export function olderReleases(spoil: Spoil = (record) => record): Trial {
  const count = records.length * WAYS.length;
  return {
    name: "what an older release left is refreshed, updated and destroyed by this one, and nothing is replaced",
    on: "memory",
    cases: { fast: count, whole: count },
    open: async () => new OlderReleases(spoil),
  };
}

class OlderReleases implements Subject {
  readonly #spoil: Spoil;
  readonly #seen = new Set<string>();

  constructor(spoil: Spoil) {
    this.#spoil = spoil;
  }

  async try({ number }: Case): Promise<void> {
    const record = records[Math.floor(number / WAYS.length) % records.length];
    const way = WAYS[number % WAYS.length];
    if (record === undefined || way === undefined) throw new Error("there is no record");
    this.#seen.add(record.recordedBy);
    try {
      await this.#go(this.#spoil(record), way);
    } catch (error) {
      throw new Error(`${record.recordedBy}, ${way}: ${error instanceof Error ? error.message : error}`);
    }
  }

  async close(): Promise<void> {}

  figures(): Record<string, number> {
    return { "recorded formats": this.#seen.size };
  }

  async #go(record: Fixture, way: (typeof WAYS)[number]): Promise<void> {
    const { gateways, secrets } = record.program;
    const program = registrationsOf(gateways, secrets);
    const { host, stack } = revived(record, program);
    const before = startsOf(host);
    if (way.startsWith("refresh")) {
      // that the note on the host has an older form is found too, and mended by the next up
      const drifted = await stack.refresh();
      expectNone(changed(record.state, stack.state), "a refresh finds drift of");
      if (record === newest) expectNone(drifted, "a refresh shows a change of");
    }
    if (way.endsWith("up")) {
      await stack.up(program);
      expectNone(
        stack.did.filter((what) => record === newest || !what.startsWith("update ")),
        "an up does more than to update:",
      );
      expectPicture(host, await pictureOfFresh(program));
      expectNone(await stack.refresh(), "after the up a refresh finds drift of");
      await stack.up(program);
      expectNone(stack.did, "a second up has something to do:");
      if (record === newest)
        expectNone(
          startsOf(host).filter((start) => !before.includes(start)),
          "units were restarted:",
        );
    }
    await stack.destroy();
    expectPicture(host, pictureOf(bare(program)));
  }
}

/** Each unit that runs, with the number of its start. */
function startsOf({ systemd }: FakeHost): string[] {
  return systemd.running().map(([unit]) => `${unit} ${systemd.startOf(unit)}`);
}

/** The host and the stack as they were when they were recorded, after a boot. */
export function revived(
  { state, host: image }: Fixture,
  program: readonly Registration[],
): { readonly host: FakeHost; readonly stack: Deployment } {
  const host = bare(program);
  host.disk.restore(image.files);
  for (const name of image.packages) host.packages.installed.add(name);
  host.reboot();
  return { host, stack: new Deployment(() => host, new Map(Object.entries(state))) };
}

/** Names of the resources that have another outline than before, or none. */
function changed(before: Fixture["state"], after: Fixture["state"]): string[] {
  return Object.entries(before).flatMap(([name, { outputs }]) => {
    const now = after[name]?.outputs;
    const isSame = now !== undefined && sameOutline(recordedIn(now).outline, recordedIn(outputs).outline);
    return isSame ? [] : [name];
  });
}

async function pictureOfFresh(program: readonly Registration[]): Promise<string> {
  const host = bare(program);
  await new Deployment(() => host).up(program);
  return pictureOf(host);
}

function bare(program: readonly Registration[]): FakeHost {
  const keys = program.flatMap(({ inputs }) => Object.values(inputs.secrets));
  const host = bareHost("gateway.lan", keys);
  offerDownloads(host, program);
  return host;
}

/** @throws Error when there are any */
function expectNone(names: readonly string[], sentence: string): void {
  if (names.length > 0) throw new Error(`${sentence} ${names.join(", ")}`);
}

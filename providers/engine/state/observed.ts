import { printable } from "../errors.ts";
import { downloadsIn, type ObservedDownloads } from "../kinds/download.ts";
import { type ProbeAnswers, probeKinds } from "../kinds/extension.ts";
import type { ObservedFile, ObservedFiles } from "../kinds/file.ts";
import { installedIn } from "../kinds/package.ts";
import { unitsIn } from "../kinds/unit/answers.ts";
import type { ObservedUnits } from "../kinds/unit/spec.ts";
import { type Manifests, manifestIn } from "./manifest.ts";

/** What was seen on a host: everything its manifests name and everything asked about besides. */
export interface Observed {
  /** `uname -m`. */
  readonly architecture: string;
  /** Addresses, each behind its interface: `tailscale0 100.64.0.1`. Empty: not known. */
  readonly addresses: readonly string[];
  readonly manifests: Manifests;
  readonly files: ObservedFiles;
  readonly units: ObservedUnits;
  /** Those of the packages asked about that are installed. */
  readonly packages: readonly string[];
  readonly downloads: ObservedDownloads;
  readonly probes: ProbeAnswers;
  /** The lines of manifests and questions that this is the answer to. */
  readonly answered: readonly string[];
  /** Preconditions that are not met, by their number. */
  readonly findings: readonly Finding[];
}

export interface Finding {
  readonly requirement: number;
  readonly evidence: string;
}

/** A section of the program's output: its heading and the lines below it. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Splits output at the lines that begin with `= `. What stands before the first is not the program's. */
export function sectionsOf(output: string): Section[] {
  const sections: { heading: string; lines: string[] }[] = [];
  for (const line of output.split("\n")) {
    if (line.startsWith("= ")) sections.push({ heading: line.slice(2), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** @param asked what the look was asked about besides the manifests, as lines of a manifest. */
export function observedOf(sections: readonly Section[], asked: readonly string[]): Observed {
  const linesOf = (heading: string) =>
    (sections.findLast((section) => section.heading === heading)?.lines ?? []).filter((line) => line !== "");
  const manifests = manifestsIn(linesOf("manifests"));
  const [architecture = "", ...addresses] = linesOf("host");
  const answered = [...Object.values(manifests).flatMap(({ text }) => text.split("\n")), ...asked];
  return {
    architecture: printable(architecture),
    addresses: addresses.map(printable),
    manifests,
    answered,
    files: filesIn(linesOf("files"), linesOf("digests")),
    units: unitsIn({
      shown: linesOf("units"),
      stamps: linesOf("stamps"),
      checks: linesOf("checks"),
      asked: answered,
    }),
    packages: installedIn(linesOf("packages")),
    downloads: downloadsIn(linesOf("downloads")),
    probes: probesIn(linesOf),
    findings: findingsIn(sections),
  };
}

function findingsIn(sections: readonly Section[]): Finding[] {
  return sections.flatMap(({ heading }) => {
    const [, number, evidence = ""] = /^finding (\d+) ?(.*)$/.exec(heading) ?? [];
    return number === undefined ? [] : [{ requirement: Number(number), evidence }];
  });
}

function probesIn(linesOf: (heading: string) => readonly string[]): ProbeAnswers {
  const answers = probeKinds().map(({ kind, answers }) => answers(linesOf(`probes ${kind}`)));
  return Object.assign({}, ...answers);
}

function manifestsIn(lines: readonly string[]): Manifests {
  return Object.fromEntries(
    groups(lines).map(([name, body]) => [name.replace(/\.manifest$/, ""), manifestIn(body)]),
  );
}

/** Lines with a leading blank belong to the last line without one. */
function groups(lines: readonly string[]): [string, string[]][] {
  const result: [string, string[]][] = [];
  for (const line of lines) {
    if (line.startsWith(" ")) result.at(-1)?.[1].push(line.slice(1));
    else result.push([line, []]);
  }
  return result;
}

const FILE_KINDS: Readonly<Record<number, ObservedFile["kind"]>> = { 8: "file", 10: "link", 4: "directory" };

/** @param stats `MODE UID:GID SIZE:MTIME PATH`, the mode in hexadecimal. @param digests as sha256sum prints them */
function filesIn(stats: readonly string[], digests: readonly string[]): ObservedFiles {
  const digestOf = new Map(digests.map((line) => [line.slice(66), line.slice(0, 64)]));
  return Object.fromEntries(
    stats.map((line) => {
      const [mode = "", owner = "", stat = "", path = ""] = line.split(" ");
      return [path, observedFile(Number.parseInt(mode, 16), owner, stat, digestOf.get(path))];
    }),
  );
}

function observedFile(bits: number, owner: string, stat: string, digest: string | undefined): ObservedFile {
  const kind = FILE_KINDS[bits >> 12] ?? "other";
  return {
    kind,
    mode: (bits & 0o7777).toString(8).padStart(4, "0"),
    owner: printable(owner),
    stat,
    digest: kind === "file" ? (digest ?? null) : null,
  };
}

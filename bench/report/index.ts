import { blocks, table } from "../../test/workbench/text.ts";
import type { Measured, Results } from "../results.ts";
import { applySection } from "./sections/apply.ts";
import { dataPlaneSection } from "./sections/data-plane.ts";
import { firstUpSection } from "./sections/first-up.ts";
import { fleetSection } from "./sections/fleet.ts";
import { oneOfFiftySection } from "./sections/one-of-fifty.ts";
import { parallelSection } from "./sections/parallel.ts";
import { profileSection } from "./sections/profile.ts";
import { refreshSection } from "./sections/refresh.ts";
import type { Section } from "./sections/section.ts";

/** Path below docs/ -> text: `speed.md` and the plots it shows. The same results give the same bytes. */
export function render(results: Results): Record<string, string> {
  const chapters = chaptersOf(results);
  const plots = chapters.flatMap(({ section }) => Object.entries(section.plots));
  const page = blocks(
    INTRO,
    missing(results),
    ...chapters.map(({ section, measured }) =>
      blocks(`## ${section.title}`, section.markdown, `_Measured ${day(measured)}._`),
    ),
    chapters.length > 0 ? provenance(chapters) : undefined,
  );
  return {
    "speed.md": `${page}\n`,
    ...Object.fromEntries(plots.map(([name, svg]) => [`speed/${name}.svg`, svg])),
  };
}

interface Chapter {
  readonly section: Section;
  readonly measured: Measured;
}

function chaptersOf(results: Results): Chapter[] {
  const chapter = <T extends Measured>(result: T | undefined, write: (result: T) => Section): Chapter[] =>
    result === undefined ? [] : [{ section: write(result), measured: result }];
  return [
    ...chapter(results.refresh, refreshSection),
    ...chapter(results.apply, applySection),
    ...chapter(results.firstUp, firstUpSection),
    ...chapter(results.oneOfFifty, oneOfFiftySection),
    ...chapter(results.fleet, fleetSection),
    ...chapter(results.parallel, parallelSection),
    ...chapter(results.dataPlane, dataPlaneSection),
    ...chapter(results.profile, profileSection),
  ];
}

const PARTS: Readonly<Record<keyof Results, string>> = {
  refresh: "refresh",
  apply: "apply",
  firstUp: "first up",
  oneOfFifty: "one of fifty",
  fleet: "fleet",
  parallel: "parallel",
  dataPlane: "data plane",
  profile: "profile",
};

function missing(results: Results): string | undefined {
  const names = (Object.keys(PARTS) as (keyof Results)[])
    .filter((part) => results[part] === undefined)
    .map((part) => PARTS[part]);
  return names.length === 0 ? undefined : `Not measured yet: ${names.join(", ")}.`;
}

/** UTC. */
const day = ({ at }: Measured): string => at.slice(0, 10);

function provenance(chapters: readonly Chapter[]): string {
  const rows = chapters.map(({ section, measured }) => {
    const { processor, cores, memoryGiB, kernel, system } = measured.machine;
    const versions = Object.entries(measured.versions).map(([program, version]) => `${program} ${version}`);
    return [
      section.title,
      day(measured),
      `${Math.ceil(measured.seconds / 60)} min`,
      `${cores} cores ${processor}, ${memoryGiB} GiB, ${system}, Linux ${kernel}`,
      versions.join(", "),
    ];
  });
  return blocks("## Measured on", table(["", "day (UTC)", "took", "machine", "versions"], rows));
}

const INTRO = `# Speed

What the gateway costs: how long \`pulumi refresh\` and \`pulumi up\` take, beside the tools that people use for the same today, and what goes through a gateway once it is up. This page is written by

\`\`\`sh
npm run bench                       # everything, less than an hour; needs what the laboratory needs
npm run bench -- --only data-plane  # one part; the others keep their last results, with their date
\`\`\`

- **Hosts** are containers with a systemd and an sshd of their own on the machine that measures. Between them and the tools lies a delay line that holds every IP packet back for the same time and counts; there is no other way to them. The hosts take their part of the same cores.
- **Every tool** brings about the same files and units, which are compared on the host after every apply; all of them check host keys. They run by turns in random order.
- **Counts** (connections, channels, round trips, bytes, processes, writes) do not depend on the machine; \`npm test\` holds ours. **Seconds** do: take them as ratios.
- **Subtracted**, where it says _without the engine_: the same run of the same Pulumi engine with as many resources of the same size that do nothing. What is left is ours. End to end nothing is subtracted.
- **Numbers** are medians; in parentheses the first and third quartile. Without parentheses they are of a single run, as those of the slowest tools are, or of a count.
- **Where a rival wins**, the text below the table says so.`;

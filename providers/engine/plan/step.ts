import { type DownloadSteps, downloadSteps } from "../kinds/download.ts";
import { type FileSteps, fileSteps } from "../kinds/file.ts";
import { type KernelSteps, kernelSteps } from "../kinds/kernel-object.ts";
import { PHASES, type Phase, type StepOf, type StepTable } from "../kinds/kind.ts";
import { type LeaveSteps, leaveSteps } from "../kinds/leave.ts";
import { type PackageSteps, packageSteps } from "../kinds/package.ts";
import { type ReaderSteps, readerSteps } from "../kinds/reader.ts";
import { type UnitSteps, unitSteps } from "../kinds/unit/steps.ts";

/** Steps of the resource as a whole. */
interface ManifestSteps {
  /** Writes the manifest. */
  note: { readonly key: string; readonly text: string };
  /** Removes it, and with the last one all records. */
  forget: { readonly key: string };
}

const manifestSteps: StepTable<ManifestSteps> = {
  note: {
    phase: "prepare",
    call: ({ key, text }) => ["manifest", key, text],
    words: ({ key }) => `note what belongs to ${key}`,
  },
  forget: { phase: "finish", call: ({ key }) => ["forget", key], words: ({ key }) => `forget ${key}` },
};

/** The steps of all kinds. */
interface Steps
  extends ManifestSteps,
    FileSteps,
    UnitSteps,
    KernelSteps,
    PackageSteps,
    DownloadSteps,
    ReaderSteps,
    LeaveSteps {}

type Word = keyof Steps;

/** One change of a host, as data. */
export type Step<W extends Word = Word> = StepOf<Steps, W>;

const TABLE: StepTable<Steps> = {
  ...manifestSteps,
  ...fileSteps,
  ...unitSteps,
  ...kernelSteps,
  ...packageSteps,
  ...downloadSteps,
  ...readerSteps,
  ...leaveSteps,
};

/** A step in the words of errors and progress lines. */
export function describe<W extends Word>(step: Step<W>): string {
  return TABLE[step.do].words(step);
}

/** The function of the shell program that does a step of the resource `key`, with its arguments. */
export function callOf<W extends Word>(step: Step<W>, key: string): readonly string[] {
  return TABLE[step.do].call(step, key);
}

/** The phase of the step at `index`: that of its kind, or a later one that the plan has come to before it. */
export function phaseOf(steps: readonly Step[], index: number): Phase {
  const reached = steps.slice(0, index + 1).map((step) => PHASES.indexOf(ownPhase(step)));
  return PHASES[Math.max(...reached)] ?? "finish";
}

function ownPhase<W extends Word>(step: Step<W>): Phase {
  const { phase } = TABLE[step.do];
  return typeof phase === "function" ? phase(step) : phase;
}

/** A step that may cut the connection to the host: its units own firewall rules, routes or links. */
export function isInKernel(step: Step): step is Step<"start" | "reload"> {
  return (step.do === "start" || step.do === "reload") && step.inKernel === true;
}

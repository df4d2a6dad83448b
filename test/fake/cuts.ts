import { HostError } from "../../providers/engine/errors.ts";
import type { FakeHost, Moment } from "../fake-host.ts";
import { Refusal } from "./refusal.ts";

/** The process that provides resources, or the CLI that started it, is killed: no answer reaches it any more. */
export class Killed extends Error {
  override readonly name = "Killed";
}

/** Ways in which a run comes to its end at some moment of it. */
export const CUTS = [
  "a step fails",
  "the answer is lost",
  "the provider is killed and the host goes on",
  "the program on the host is killed",
  "the program on the host and the provider are killed",
  "the host loses power",
  "the host loses power and the provider is killed",
  "somebody else acts",
] as const;

export type Cut = (typeof CUTS)[number];

/** Counts the moments of a run at which such a cut can happen, and makes it happen at one of them. */
export class Cutter {
  readonly #cut: Cut;
  readonly #at: number;
  #passed = 0;
  /** What was about to be done when it happened, in words; `null` before. */
  happened: string | null = null;
  #undo: () => void = () => {};

  /** @param at number of the moment, from 0 on */
  constructor(cut: Cut, at: number) {
    this.#cut = cut;
    this.#at = at;
  }

  /** How many such moments have passed. */
  get passed(): number {
    return this.#passed;
  }

  lieInWait(host: FakeHost): void {
    host.meanwhile = (moment) => {
      if (!isPossible(this.#cut, moment, host) || this.#passed++ !== this.#at) return;
      this.happened = wordsOf(moment);
      this.#happen(host, moment);
    };
  }

  /** What interfered is gone, and has taken back what was in the way. */
  goAway(host: FakeHost): void {
    host.meanwhile = () => {};
    this.#undo();
  }

  #happen(host: FakeHost, moment: Moment): void {
    switch (this.#cut) {
      case "a step fails":
        throw new Refusal("No space left on device");
      case "the answer is lost":
      case "the program on the host is killed":
        throw lost(host);
      case "the provider is killed and the host goes on":
      case "the program on the host and the provider are killed":
        throw new Killed("SIGKILL");
      case "the host loses power":
        host.reboot();
        throw lost(host);
      case "the host loses power and the provider is killed":
        host.reboot();
        throw new Killed("SIGKILL");
      case "somebody else acts":
        this.#undo = interfere(host, moment);
    }
  }
}

function isPossible(cut: Cut, moment: Moment, { disk }: FakeHost): boolean {
  const isStep = typeof moment === "object";
  switch (cut) {
    case "a step fails":
      return isStep;
    case "the answer is lost":
    case "the provider is killed and the host goes on":
      return moment === "answer" || moment === "look";
    case "somebody else acts":
      // a directory that is theirs stays, which is right, and on a fresh host it is not
      return (
        isStep &&
        (moment.do === "write" || moment.do === "remove") &&
        disk.missingParents(moment.path).length === 0
      );
    default:
      return moment !== "answer";
  }
}

/** Writes to the file that is about to be written or removed. Returns what takes it back where it was not there before. */
function interfere({ disk }: FakeHost, moment: Moment): () => void {
  if (typeof moment !== "object" || !("path" in moment)) return () => {};
  const { path } = moment;
  const was = disk.get(path);
  disk.write(path, `${was?.text ?? ""}# somebody else's\n`, was?.mode);
  return () => {
    if (was !== undefined) return;
    if (disk.text(path) === "# somebody else's\n") disk.remove(path);
  };
}

function lost({ name }: FakeHost): HostError {
  return new HostError("connection-lost", {
    host: name,
    doing: "finish a program",
    because: "the connection was cut",
  });
}

function wordsOf(moment: Moment): string {
  if (typeof moment === "string") return moment;
  return "path" in moment ? `${moment.do} ${moment.path}` : moment.do;
}

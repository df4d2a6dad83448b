import type { Identity } from "./kinds/desired.ts";
import type { HostPath } from "./kinds/names.ts";
import type { Precondition } from "./kinds/requirement.ts";
import type { Step } from "./plan/step.ts";
import type { Observed } from "./state/observed.ts";
import type { Owned } from "./state/owned.ts";

/** A machine that can be looked at and changed, as one resource sees it. */
export interface Host {
  /** Address as the user wrote it; what errors call the host. */
  readonly name: string;
  look(question: Question): Promise<Observed>;
  /**
   * Takes the host's lock, does the steps in order and looks again before it lets go. Stops at the
   * first step that fails or whose guard no longer holds; what was done before stays done.
   *
   * @throws HostError `locked` when another program keeps the lock for longer than 30 s.
   */
  apply(order: Order): Promise<Applied>;
  /** The text of those of the files that exist. */
  contents(paths: readonly HostPath[]): Promise<Readonly<Record<HostPath, string>>>;
}

/**
 * The same machine at the end of a wire, for several resources: each method is one program, whatever the
 * number of questions and orders. Answers come in their order.
 */
export interface Remote {
  readonly name: string;
  look(questions: readonly Question[]): Promise<readonly Observed[]>;
  /**
   * Does all orders under one lock and looks once at the end. An order that fails or finds something moved
   * stops there; the others go on.
   */
  apply(orders: readonly Order[]): Promise<readonly Applied[]>;
  contents(paths: readonly HostPath[]): Promise<Readonly<Record<HostPath, string>>>;
}

export interface Question {
  /** Asked about besides everything that the manifests on the host name. */
  readonly owned: Owned;
  readonly requirements: readonly Precondition[];
  /** The resource will change the host by what it learns, as others may that ask soon. @default false */
  readonly beforeChange?: boolean;
}

export interface Order {
  readonly identity: Identity;
  readonly steps: readonly Step[];
  /**
   * Heads of manifests when the steps were planned, by key; empty without one. The order is not begun where one of them is
   * another by now: the resource that wrote that owns the name. Absent: not compared.
   */
  readonly heads?: Readonly<Record<string, string>>;
  /** The order is not begun where another resource of its stack is on the host by now. @default false */
  readonly alone?: boolean;
  /** What is looked at afterwards, besides what the manifests name. */
  readonly owned: Owned;
}

export interface Applied {
  readonly observed: Observed;
  /** How many of the steps were begun. */
  readonly begun: number;
  /** The path that changed since it was looked at; that of a manifest when a name is another resource's. */
  readonly moved: string | null;
  /** The step that failed, in the host's words. */
  readonly failed: { readonly doing: string; readonly evidence: readonly string[] } | null;
  /** What went wrong without stopping the work. */
  readonly warnings: readonly string[];
}

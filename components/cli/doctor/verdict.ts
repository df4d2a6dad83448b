/** What `doctor --json` prints; stable as the status is. */
export interface Diagnosis {
  readonly format: 1;
  readonly checks: readonly Check[];
}

export interface Check {
  /** Key in the configuration; without one, the address. */
  readonly gateway: string;
  /** `null`: it is about the whole gateway. */
  readonly tailnet: string | null;
  /** Of the check: `login`, `names`, … */
  readonly name: string;
  readonly status: "ok" | "warn" | "fail";
  /** What was found, a sentence. */
  readonly message: string;
  /** What to do about it; `""` where nothing is to be done. */
  readonly remedy: string;
}

/** What one look at one subject came to. */
export type Verdict = Pick<Check, "status" | "message" | "remedy">;

export const ok = (message: string): Verdict => ({ status: "ok", message, remedy: "" });
export const warn = (message: string, remedy: string): Verdict => ({ status: "warn", message, remedy });
export const fail = (message: string, remedy: string): Verdict => ({ status: "fail", message, remedy });

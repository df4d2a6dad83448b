import type { BenchHost, Objects } from "../../contract.ts";

/** What the program makes; handed over as the file `settings.json` beside it. */
export interface Settings {
  readonly hosts: readonly BenchHost[];
  readonly keyFile: string;
  readonly objects: Objects;
}

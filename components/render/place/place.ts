import type { UnitName } from "../../../providers/engine/kinds/names.ts";
import type { Entry, Section } from "../unit/text.ts";

/** Where a process runs, and what its units say because of that. */
export interface Place {
  /** [Unit] of a process here: it stops and restarts with its place. */
  unit(about: About): readonly Entry[];
  /** Lines of [Unit] of a socket that leads here. Not After=: sockets come before the services of every place. */
  readonly ofSocket: readonly Entry[];
  /** Lines of [Service] by which systemd starts a process in this network. */
  readonly network: readonly Entry[];
  /** [Install]: started with the place. */
  readonly install: Section;
}

export interface About {
  readonly description: string;
  /** Units that it starts after. */
  readonly after?: readonly UnitName[];
  /** Units, beside those of the place, with which it stops; it starts after them, too. */
  readonly bindsTo?: readonly UnitName[];
}

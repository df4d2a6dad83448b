import type { Kept } from "../../fake/deployment.ts";
import type { Entry } from "../../fake/disk.ts";
import type { Gateways, GivenSecrets } from "../../fake/program.ts";

/** What a release left in a state and on a host, as it was recorded with that release. */
export interface Fixture {
  /** The release, or the commit. */
  readonly recordedBy: string;
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  readonly program: { readonly gateways: Gateways; readonly secrets: GivenSecrets };
  /** The state: by name of the resource. */
  readonly state: Readonly<Record<string, Kept>>;
  readonly host: {
    /** By path. */
    readonly files: Readonly<Record<string, Entry>>;
    readonly packages: readonly string[];
  };
}

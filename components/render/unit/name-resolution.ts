import type { FileSpec } from "../../../providers/engine/kinds/file.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { CONFIG } from "../names.ts";
import { readable } from "./files.ts";
import type { ReadFiles } from "./stamp.ts";
import type { Entry } from "./text.ts";

/** Which sources a process asks for names: the Gateway's file, mounted by units whose process has an /etc of its own. */
const NSSWITCH: HostPath = `${CONFIG}/nsswitch.conf`;

/** For processes inside any namespace: the resolver there. Also the Gateway's. */
export const INSIDE_RESOLV_CONF: HostPath = `${CONFIG}/resolv.conf`;

const NSSWITCH_TEXT = "passwd: files\ngroup: files\nhosts: files dns\n";
const INSIDE_RESOLV_CONF_TEXT = "nameserver 127.0.0.1\n";

/** Both, as the Gateway brings them. */
export const nameResolutionFiles: Readonly<Record<HostPath, FileSpec>> = {
  [NSSWITCH]: readable(NSSWITCH_TEXT),
  [INSIDE_RESOLV_CONF]: readable(INSIDE_RESOLV_CONF_TEXT),
};

/** What a process reads at start that has both mounted. */
export const NAME_RESOLUTION: ReadFiles = {
  [NSSWITCH]: NSSWITCH_TEXT,
  [INSIDE_RESOLV_CONF]: INSIDE_RESOLV_CONF_TEXT,
};

/**
 * An /etc of its own, so that names are resolved by `resolvConf`, whatever this host has in /etc.
 *
 * @param seen lines that show more of the host's files there.
 */
export function ownEtc(resolvConf: HostPath, seen: readonly Entry[]): Entry[] {
  return [
    ["TemporaryFileSystem", "/etc:ro"],
    ...seen,
    ["BindReadOnlyPaths", `${resolvConf}:/etc/resolv.conf ${NSSWITCH}:/etc/nsswitch.conf`],
  ];
}

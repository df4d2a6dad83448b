import type { FileSpec } from "../../providers/engine/kinds/file.ts";
import type { HostPath } from "../../providers/engine/kinds/names.ts";
import { text } from "./desired.ts";
import { CONFIG } from "./names.ts";

/** How processes with an /etc of their own look names up: the Gateway's files, mounted by their units. */
export const NSSWITCH: HostPath = `${CONFIG}/nsswitch.conf`;

/** For processes inside any namespace: the resolver there. */
export const INSIDE_RESOLV_CONF: HostPath = `${CONFIG}/resolv.conf`;

const NSSWITCH_TEXT = "passwd: files\ngroup: files\nhosts: files dns\n";
const INSIDE_RESOLV_CONF_TEXT = "nameserver 127.0.0.1\n";

/** Both, as the Gateway brings them. */
export const lookUpFiles: Readonly<Record<HostPath, FileSpec>> = {
  [NSSWITCH]: text(NSSWITCH_TEXT),
  [INSIDE_RESOLV_CONF]: text(INSIDE_RESOLV_CONF_TEXT),
};

/** What a process reads at start that has both mounted. */
export const LOOK_UPS: readonly string[] = [NSSWITCH_TEXT, INSIDE_RESOLV_CONF_TEXT];

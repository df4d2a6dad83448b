import { CONFIG, type TailnetNames, WAY_OUT_SCRIPT } from "../names.ts";
import { NOT_INTERNET_PATTERN } from "../place/firewall.ts";
import { fill } from "../template.ts";
import { ownEtc } from "../unit/name-resolution.ts";
import { command, type Entry } from "../unit/text.ts";

/** Text of the script at `WAY_OUT_SCRIPT`, the Gateway's file that the units of all tailnets call. */
export function wayOutScript(): string {
  return fill("link/way-out", { notInternet: NOT_INTERNET_PATTERN });
}

/**
 * Lines of [Service] by which a unit of the namespace fails, with the reason, where its control server is out of reach.
 *
 * @param isOnline command that succeeds once the node is online
 */
export function wayOut(
  tailnet: string,
  { netns, run }: TailnetNames,
  server: string,
  isOnline: readonly string[],
): Entry[] {
  return [
    ["ExecStartPre", command(WAY_OUT_SCRIPT, tailnet, netns, server, ...isOnline)],
    // As the resolver of the namespace asks: what is listed for the host's own programs may answer on the host alone.
    ...ownEtc(`${run}/resolv.conf`, [
      ["BindReadOnlyPaths", `-/etc/ld.so.cache -/etc/hosts -/etc/passwd -/etc/group ${CONFIG}`],
    ]),
  ];
}

import { fill } from "../template.ts";
import { SPLIT_DNS } from "./dns.ts";
import { type End, proxied, type Tailnet } from "./ends.ts";
import type { ClientFile } from "./file.ts";

/** The first file of the kit. */
export function readmeOf(
  tailnets: readonly Tailnet[],
  ends: readonly End[],
  files: readonly ClientFile[],
): ClientFile {
  const routed = tailnets.filter(({ isRouted }) => isRouted).map(({ name }) => name);
  const closed = tailnets.filter(({ proxies }) => proxies.some(({ user }) => user !== null));
  const hasSplitDns = files.some(({ path }) => path === SPLIT_DNS);
  const view = {
    hasRoutes: routed.length > 0,
    routed: routed.join(", "),
    hasSplitDns,
    hasOtherDns: !hasSplitDns && ends.length > 0,
    splitDns: SPLIT_DNS,
    hasProxies: proxied(ends).length > 0,
    hasLogins: closed.length > 0,
    logins: closed.map(({ name }) => name).join(", "),
    hasBackups: ends.some(({ proxies }) => proxies.length > 1),
    tailnets: tailnets.map((tailnet) => rowOf(tailnet, ends)),
    files,
  };
  return {
    path: "README.md",
    what: "this file",
    where: "to read",
    away: "delete the folder",
    text: fill("clients/README.md", view),
  };
}

function rowOf({ name, proxies, isRouted }: Tailnet, ends: readonly End[]): object {
  const own = ends.filter(({ tailnet }) => tailnet === name).map((end) => `\`${end.name}\``);
  const ports = proxies.map(({ address, port }) => `\`${address}:${port}\``);
  const ways = [...(isRouted ? ["routes"] : []), ...ports];
  return { name, ends: own.join(", ") || "none", ways: ways.join(", ") || "none" };
}

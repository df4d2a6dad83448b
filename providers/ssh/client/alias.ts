import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { printable } from "../../engine/errors.ts";

/** Keywords of ssh_config that have an argument of ours. */
const ARGUMENTS: Readonly<Record<string, string>> = {
  hostname: "host",
  port: "port",
  user: "user",
  identityfile: "privateKeyFile",
  proxyjump: "jump.host",
};

/** What to do about a name that means nothing to the resolver, and something to this user's `ssh`; `null`: nothing to it either. */
export function aliasHint(host: string): string | null {
  const parts = aliasIn(configOfUser(), host);
  if (parts === null) return null;
  const instead = parts.length > 0 ? `: give ${parts.map(printable).join(", ")}` : "";
  return `${host} is a name in ~/.ssh/config, which is not read, since a pipeline would have another one${instead}`;
}

/**
 * What a configuration of `ssh` says of a host that it names in full, as arguments of ours.
 *
 * @returns `host: 192.0.2.7` and so on; `null` when it does not name the host
 */
export function aliasIn(config: string, host: string): string[] | null {
  const found = new Map<string, string>();
  let isNamed = false;
  let applies = false;
  for (const line of config.split(/\r?\n/)) {
    const [, word = "", value = ""] = /^\s*(\w+)(?:\s*=\s*|\s+)"?(.*?)"?\s*$/.exec(line) ?? [];
    const keyword = word.toLowerCase();
    if (keyword === "host") applies = value.split(/\s+/).includes(host);
    if (keyword === "match") applies = false;
    isNamed ||= applies;
    const argument = ARGUMENTS[keyword];
    if (applies && argument !== undefined && !found.has(argument)) found.set(argument, value);
  }
  return isNamed ? [...found].map(([argument, value]) => `${argument}: ${value}`) : null;
}

function configOfUser(): string {
  const path = join(homedir(), ".ssh", "config");
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

import { type Instance, inLab, internetAddress } from "./instance.ts";
import { controlDomain } from "./mirror-files.ts";
import { privateKeyPath } from "./secrets.ts";
import { controlAddress, planOf, type TailnetName } from "./topology.ts";

/** Tailnets that a gateway of the laboratory can lead to, and its own, which a RouteBridge logs in to. */
const TAILNETS: readonly (readonly [tailnet: TailnetName, title: string])[] = [
  ["work", "tailnet work"],
  ["lab", "tailnet lab"],
  ["home", "primary tailnet, for a route"],
];

/**
 * What a stack on the laboratory's gateway has to be told, argument by argument.
 *
 * @param primaryAddress of the gateway; undefined before it has joined its tailnet.
 */
export function stackText(instance: Instance, primaryAddress: string | undefined): string {
  const tailnets = TAILNETS.flatMap(([tailnet, title]) => [
    `  ${title}`,
    `    loginServer     https://${controlDomain(tailnet)} (${controlAddress(instance, tailnet)})`,
    `    authKey         ${authKeyCommand(instance, tailnet)}`,
  ]);
  const mirror = `http://${planOf(instance, "mirror").address}`;
  return [
    "  for a stack on the gateway",
    `    ssh.host        ${planOf(instance, "gateway").address}`,
    `    primaryAddress  ${primaryAddress ?? "not in its tailnet yet"}`,
    `    privateKeyFile  ${privateKeyPath(instance)}`,
    `    mirror          ${mirror}`,
    `    sha256          of its programs, which are not the official ones: npx pulumi-tsproxy pin --mirror ${mirror}`,
    ...tailnets,
  ].join("\n");
}

function authKeyCommand({ name }: Instance, tailnet: TailnetName): string {
  const headscale = `headscale --config /etc/headscale/${tailnet}/config.yaml`;
  return `npm run -s lab -- --name ${name} exec control ${headscale} preauthkeys create --user 1`;
}

/** @param hosts names of those that were there; `instance` is undefined if none of that name was. */
export function removalText(name: string, instance: Instance | undefined, hosts: readonly string[]): string {
  if (instance === undefined) return `there is no laboratory ${name}: nothing to remove`;
  const made = hosts.length === 0 ? "no hosts" : `its hosts (${hosts.join(", ")})`;
  const network = `${internetAddress(instance, 0)}/24`;
  return `laboratory ${name} is removed: ${made}, its network ${network}, and ${inLab(name)}`;
}

import { type Document, parseDocument } from "yaml";
import { gatewayConfig, tailnetConfig } from "../host/laboratory-config.ts";
import type { Lab } from "./index.ts";
import { LAB, type Way, WORK } from "./proofs.ts";

const GATEWAY = ["config", "tsproxy:gateways", "home"] as const;
const SECRETS = ["config", "tsproxy:secrets"] as const;

/**
 * The laboratory's tailnets stand for those of the example, which are called like them. The second one has what the example
 * only mentions: HTTP, a login, and routes for programs that know no proxy.
 */
const WAYS: readonly Way[] = [WORK, { ...LAB, server: "sing-box", login: "ann:only-for-the-demo", route: 7 }];

/** The example as it is run: the file, and where a client finds each tailnet. */
export interface DemoConfig {
  readonly text: string;
  readonly ways: readonly Way[];
}

/**
 * The example with the laboratory's addresses laid over it. Ports, suffixes and whatever else the
 * laboratory does not dictate stay as they are written.
 *
 * @param example text of Pulumi.home.yaml.
 * @param former what an earlier run made of it; its encrypted secrets are kept. Empty: there was none.
 */
export function configFor(example: string, lab: Lab, former: string): DemoConfig {
  const document = parseDocument(example);
  const ways = WAYS.map((way) => asWritten(document, way));
  lay(document, GATEWAY, gatewayConfig(lab));
  for (const way of ways) {
    const at = [...GATEWAY, "tailnets", way.name];
    const { loginServer, caCertificates, socks } = tailnetConfig(lab, way);
    lay(document, at, { loginServer, caCertificates, socks, ...routeOf(lab, way) });
    // the example's own network: nothing of the laboratory is in it
    for (const name of ["reach", "resolvers"]) document.deleteIn([...at, name]);
  }
  keepSecrets(document, parseDocument(former));
  return { text: String(document), ways };
}

/** The secrets that `text` has no value of, by their key in `tsproxy:secrets`. */
export async function missingSecrets(lab: Lab, text: string): Promise<Record<string, string>> {
  const document = parseDocument(text);
  const makers: Record<string, () => string | Promise<string>> = {
    "home/privateKey": () => lab.privateKey,
    ...Object.fromEntries(WAYS.flatMap((way) => makersOf(lab, way))),
  };
  const missing = Object.entries(makers).filter(([key]) => !document.hasIn([...SECRETS, key]));
  return Object.fromEntries(await Promise.all(missing.map(async ([key, make]) => [key, await make()])));
}

function routeOf({ controls, ca }: Lab, { route }: Way): object {
  if (route === undefined) return {};
  return { route: { site: route, loginServer: controls.home.url, caCertificates: ca } };
}

type Maker = [key: string, make: () => string | Promise<string>];

function makersOf({ controls }: Lab, { name, tailnet, login, route }: Way): Maker[] {
  const at = `home/${name}`;
  const [user = "", password = ""] = login?.split(":") ?? [];
  return [
    [`${at}/authKey`, () => controls[tailnet].preauthKey()],
    ...(login === undefined ? [] : [[`${at}/users/${user}`, () => password] satisfies Maker]),
    ...(route === undefined
      ? []
      : [[`${at}/route/authKey`, () => controls.home.preauthKey()] satisfies Maker]),
  ];
}

/** `way` with the port and the suffix that the example gives it. */
function asWritten(document: Document, way: Way): Way {
  const at = [...GATEWAY, "tailnets", way.name];
  return {
    ...way,
    port: Number(document.getIn([...at, "socks", "port"])),
    suffix: String(document.getIn([...at, "dns", "suffix"])),
  };
}

/** Sets every leaf of `value` below `at`. */
function lay(document: Document, at: readonly string[], value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) document.setIn(at, value);
  else for (const [key, part] of Object.entries(value)) lay(document, [...at, key], part);
}

function keepSecrets(document: Document, former: Document): void {
  const kept: readonly (readonly string[])[] = [["encryptionsalt"], SECRETS];
  for (const at of kept.filter((path) => former.hasIn(path))) document.setIn(at, former.getIn(at, true));
}

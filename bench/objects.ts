import { createHash } from "node:crypto";
import { GATEWAY_ARGS } from "../test/unit/components/cases.ts";
import type { Objects } from "./contract.ts";
import {
  type Desired,
  type FileSpec,
  GATEWAY_UNITS,
  type HostPath,
  type Requirement,
  resourcesFrom,
  tailnetUnits,
} from "./product.ts";
import { standInUnit } from "./stand-in.ts";

/** What one component wants of the host, as our own tool is given it. */
export interface Resource {
  /** Its key on the host: `gateway`, `tailnet-site1`, `socks-site1`, `dns-site1`. */
  readonly key: string;
  readonly desired: Desired;
  /** Values of the files whose content is `{ secret: key }`. No real keys: text as long as one. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * A gateway with `tailnets` tailnets for our own tool: what the components render, less what only a real tailnet can
 * satisfy. Units run stand-ins; packages, downloads, probes and the logout are left out.
 *
 * @param tailnets 0 to 1000.
 */
export function resourcesFor(tailnets: number): readonly Resource[] {
  return renderedFor(tailnets).map((resource) => ({ ...resource, desired: standIn(resource.desired) }));
}

/** The same files and units for tools that know nothing of resources. @param tailnets 0 to 1000. */
export function objectsFor(tailnets: number): Objects {
  const files: Record<HostPath, Objects["files"][HostPath]> = {};
  for (const { desired, secrets } of resourcesFor(tailnets)) {
    for (const [path, file] of specsOf(desired.files))
      files[path] = { mode: file.mode, content: contentOf(file, secrets) };
  }
  return { files, units: [...GATEWAY_UNITS, ...siteNames(tailnets).flatMap(tailnetUnits)] };
}

/** The same gateway as it is rendered, nothing replaced. @param tailnets 0 to 1000. */
export function renderedFor(tailnets: number): readonly Resource[] {
  const names = siteNames(tailnets);
  const sites = names.map((name, index) => [name, siteArgs(index)]);
  const keys = names.map((name) => [`home/${name}/authKey`, keyLikeText(name)]);
  const gateways = { home: { ...GATEWAY_ARGS, tailnets: Object.fromEntries(sites) } };
  return resourcesFrom(gateways, Object.fromEntries(keys)).map(({ key, desired, secrets }) => ({
    key,
    desired,
    secrets,
  }));
}

function siteNames(tailnets: number): string[] {
  return Array.from({ length: tailnets }, (_, index) => `site${index + 1}`);
}

function siteArgs(index: number) {
  return { veth: subnet(index + 1), socks: { port: 11080 + index }, dns: {} };
}

/** Number `slot` of the /30 networks in 10.200.0.0/16. */
function subnet(slot: number): string {
  return `10.200.${slot >> 6}.${(slot & 63) * 4}/30`;
}

/** As long and as incompressible as an auth key, and the same at every run. */
function keyLikeText(name: string): string {
  const digits = createHash("sha256").update(name, "utf8").digest("base64url");
  return `tskey-auth-k${digits.slice(0, 10)}CNTRL-${digits.slice(10)}`;
}

function standIn(desired: Desired): Desired {
  const files = { ...desired.files };
  for (const [path, file] of specsOf(files))
    if (path.startsWith("/etc/systemd/system/") && typeof file.content === "string")
      files[path] = { ...file, content: standInUnit(file.content) };
  const units = { ...desired.units };
  // What a check would look for in the kernel is not made here.
  for (const [name, unit] of specsOf(units)) units[name] = { ...unit, check: null };
  return {
    ...desired,
    files,
    units,
    kernel: {},
    packages: {},
    downloads: {},
    probes: {},
    leave: null,
    requirements: desired.requirements.filter(isMetAnywhere),
  };
}

function specsOf<Name extends string, Spec>(specs: Readonly<Record<Name, Spec>>): [Name, Spec][] {
  return (Object.keys(specs) as Name[]).sort().map((name) => [name, specs[name]]);
}

/** On any machine with systemd, in the primary tailnet or not, and without a package repository. */
function isMetAnywhere({ kind }: Requirement): boolean {
  return ["root", "systemd", "cgroup2", "architecture", "port"].includes(kind);
}

function contentOf({ content }: FileSpec, secrets: Resource["secrets"]): string {
  if (typeof content === "string") return content;
  const value = secrets[content.secret];
  if (value === undefined) throw new Error(`no value for the secret ${content.secret}`);
  return value;
}

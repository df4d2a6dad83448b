// The program behind both sides of the comparison. It stands in a folder of its own, made by project.ts.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  ComponentResource,
  type CustomResource,
  type CustomResourceOptions,
  getProject,
  getStack,
  secret,
} from "@pulumi/pulumi";
import type { Resource } from "../../objects.ts";
import type { Desired, HostStateArgs, HostStateModule } from "../../product.ts";
import { Nothing } from "./nothing.ts";
import { upstreamOf, type Wanted, type WantedHost } from "./wanted.ts";

const wanted: Wanted = JSON.parse(readFileSync("wanted.json", "utf8"));
const { HostState }: HostStateModule = await import(
  pathToFileURL(resolve("dist/providers/host-state.js")).href
);

/** One component with its one resource, as a gateway, a tailnet, a bridge or a suffix is. */
class Part extends ComponentResource {
  readonly state: CustomResource;

  constructor(host: WantedHost, resource: Resource, dependsOn: CustomResource | undefined) {
    super("tsproxy-bench:index:Part", `${host.name}-${resource.key}`);
    const options = { parent: this, deleteBeforeReplace: true, ...(dependsOn && { dependsOn }) };
    this.state = stateOf(host, resource, options);
    this.registerOutputs({});
  }
}

function stateOf(host: WantedHost, resource: Resource, options: CustomResourceOptions): CustomResource {
  const name = `${host.name}-${resource.key}-state`;
  const args = argsOf(host, resource);
  if (wanted.kind === "ours") return new HostState(name, args, options);
  const digest = createHash("sha256").update(JSON.stringify(args.desired)).digest("hex");
  const outputBytes = wanted.outputBytes[resource.key] ?? 0;
  return new Nothing(name, { ...args, digest, outputBytes }, options);
}

function argsOf(host: WantedHost, { key, desired, secrets }: Resource): HostStateArgs {
  const { address, hostKey, privateKeyFile } = host;
  return {
    connection: { host: address, port: 22, user: "root", hostKey, privateKeyFile },
    identity: { project: getProject(), stack: getStack(), key, sweeps: key === "gateway" },
    desired: edited(desired, host.edited),
    secrets: Object.fromEntries(Object.entries(secrets).map(([name, value]) => [name, secret(value)])),
    adopt: false,
  };
}

function edited(desired: Desired, edit: WantedHost["edited"]): Desired {
  const file = edit && desired.files[edit.path];
  if (!edit || !file) return desired;
  return { ...desired, files: { ...desired.files, [edit.path]: { ...file, content: edit.content } } };
}

for (const host of wanted.hosts) {
  const made = new Map<string, CustomResource>();
  for (const resource of wanted.resources) {
    const upstream = upstreamOf(resource.key);
    const { state } = new Part(host, resource, upstream === undefined ? undefined : made.get(upstream));
    made.set(resource.key, state);
  }
}

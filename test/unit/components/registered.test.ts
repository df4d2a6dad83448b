import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { getMonitor } from "@pulumi/pulumi/runtime/settings.js";
import { type ConfiguredTailnet, gatewaysFrom } from "../../../components/index.ts";
import { resourcesFrom } from "../../../components/resources.ts";
import { storedDesired } from "../../../providers/engine/state/stored-desired.ts";
import { GATEWAY_ARGS, WORK } from "./cases.ts";

const jump = { ...GATEWAY_ARGS.ssh, host: "bastion.example" };
const gateways = {
  home: { ...GATEWAY_ARGS, ssh: { ...GATEWAY_ARGS.ssh, jump }, tailnets: { work: WORK, lab: {} } },
};
const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----canary";
const secrets = {
  ...{ "home/work/authKey": "tskey-canary", "home/lab/authKey": "tskey-canary" },
  ...{ "home/privateKey": KEY, "home/passphrase": "canary" },
  ...{ "home/jump/privateKey": KEY, "home/jump/passphrase": "canary" },
};

/** What the ready-made program registers, in its order. */
let requests: readonly RegisterResourceRequest[];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: { ...inputs, facts: { probes: {} } } }),
    call: () => ({}),
  });
  const monitor = getMonitor();
  if (monitor === undefined) throw new Error("there are no mocks");
  const register = jest.spyOn(monitor, "registerResource");
  const { home } = gatewaysFrom(gateways, secrets);
  const components = [home?.gateway, ...Object.values(home?.tailnets ?? {}).flatMap(componentsOf)];
  await Promise.all(components.map((component) => component && known(component.state.urn)));
  requests = register.mock.calls.map(([request]) => request);
});

function componentsOf({ tailnet, ...parts }: ConfiguredTailnet) {
  return [tailnet, ...Object.values(parts)];
}

function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

function ofType(type: RegExp): RegisterResourceRequest[] {
  return requests.filter((request) => type.test(request.getType()));
}

/** Functions of the library among those by which a resource was made. */
function functionsOf(request: RegisterResourceRequest): string[] {
  const files =
    request
      .getStacktrace()
      ?.getFramesList()
      .map((frame) => frame.getPc()?.getUri() ?? "") ?? [];
  return files.flatMap(
    (file) => /(?:components|providers)\/[^:]*$/.exec(file.replace(/^.*?\/test\/.*$/, ""))?.[0] ?? [],
  );
}

/** The name at the end of a URN. */
function nameIn(urn: string): string {
  return urn.split("::").at(-1) ?? "";
}

describe("the ready-made program", () => {
  it("registers the resources that its configuration describes", () => {
    const registered = ofType(/HostState$/).map((request) => {
      const { identity, desired } = request.getObject()?.toJavaScript() ?? {};
      const after = request.getDependenciesList().map(nameIn);
      return { name: request.getName(), key: Object(identity).key, desired, after };
    });
    const described = resourcesFrom(gateways, secrets).map(({ name, key, desired, after }) => {
      return { name, key, desired: storedDesired(desired), after };
    });
    const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name);
    expect(registered.sort(byName)).toEqual(described.sort(byName));
  });

  it("registers the arguments of its components for transforms and policies, without what is secret", () => {
    const [inputs, ...others] = ofType(/^tsproxy:index:/).map((request) =>
      request.getObject()?.toJavaScript(),
    );
    const { host, hostKey } = GATEWAY_ARGS.ssh;
    const open = { host, hostKey, port: 22, user: "root", agent: false };
    expect(inputs).toMatchObject({
      ...GATEWAY_ARGS,
      ssh: { ...open, jump: { ...open, host: "bastion.example" } },
      dnsPort: 53,
    });
    expect(others).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "work", veth: WORK.veth, acceptRoutes: true, exitNode: "" }),
        { port: 11080, maxSessions: 512, server: "sing-box" },
        { suffix: "work" },
      ]),
    );
    expect(JSON.stringify([inputs, others])).not.toContain("canary");
  });

  it("keeps each component in the one that it stands on", () => {
    const parents = ofType(/^tsproxy:index:/).map((request) => [
      request.getName(),
      nameIn(request.getParent()),
    ]);
    expect(parents.sort()).toEqual([
      ["home", ""],
      ["home-lab", "home"],
      ["home-work", "home"],
      ["home-work", "home-work"],
      ["home-work", "home-work"],
    ]);
  });

  it("deletes what is replaced first, and keeps each resource in its component", () => {
    for (const request of ofType(/HostState$/)) {
      expect(request.getDeletebeforereplace()).toBe(true);
      expect(`${request.getName()} in ${nameIn(request.getParent())}`).toMatch(/^(\S+)-[a-z]+ in \1$/);
    }
  });

  it("has Pulumi keep one function of the library with each component and two with each resource", () => {
    const components = ofType(/^tsproxy:index:/).map(functionsOf);
    const resources = ofType(/HostState$/).map(functionsOf);
    expect(components.map((functions) => functions.length)).toEqual([1, 1, 1, 1, 1]);
    expect(resources.map((functions) => functions.length)).toEqual([2, 2, 2, 2, 2]);
  });
});

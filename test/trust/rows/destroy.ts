import type { Host } from "../../../providers/engine/host.ts";
import { PulumiRun } from "../../../providers/engine/pulumi/run.ts";
import { HOME, homeHost, node, type Resource, stacksOf, switchedOff } from "../../fake/home.ts";
import { losing, omitting } from "../../fake/interference.ts";
import type { Stack } from "../../fake/stack.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Row, Trial } from "../contract.ts";
import { goneHost, halfDeletedHost, movedNode } from "../destroy/in-laboratory.ts";
import { failureOf, isHostError, same, textOf } from "../holds.ts";
import { inMemory } from "../in-memory.ts";

/** Stands between the engine and a host; a planted fault. */
type Between = (host: FakeHost) => Host;
const nothing: Between = (host) => host;

interface Standing {
  readonly host: FakeHost;
  /** What the host was before. */
  readonly before: string;
  readonly stacks: readonly Stack[];
}

async function standing(between: Between, resources: readonly Resource[] = HOME): Promise<Standing> {
  const host = homeHost();
  const before = String(host);
  const all = stacksOf(between(host), resources);
  for (const { stack, resource } of all) await stack.up(resource.wish);
  return { host, before, stacks: all.map(({ stack }) => stack) };
}

const inOrder = (between = nothing): Trial =>
  inMemory("whatever the order in which resources go, the host is as it was before", {
    cases: { fast: 25, whole: 500 },
    async try(one, count) {
      const { host, before, stacks } = await standing(between);
      for (const stack of one.shuffled(stacks)) {
        await stack.destroy();
        count("resources removed");
      }
      same("the host", String(host), before);
      same("nodes that are still listed", host.tailnet.nodes.join(), "");
    },
  });

/** Records of what the stack found and made: without them nothing tells what to give back. */
const RECORDS = /^\/var\/lib\/tsproxy\/(?:dirs|installed|discarded|adopted\b.*)$/;

const halfDeleted = (between = nothing): Trial =>
  inMemory("what somebody deleted half of goes whole", {
    cases: { fast: 25, whole: 1500 },
    async try(one, count) {
      const { host, before, stacks } = await standing(between);
      for (const object of objectsOf(host, before)) {
        if (one.below(2) === 0) continue;
        object.remove();
        count("objects deleted by hand");
      }
      for (const stack of [...stacks].reverse()) await stack.destroy();
      same("the host", String(host), before);
      const said = stacks.flatMap(({ lines }) => lines).filter((line) => /listed in its tailnet/.test(line));
      same("warnings of nodes that stay listed", String(said.length), String(host.tailnet.nodes.length));
    },
  });

/** Everything that came to be, with a way to make it vanish: files, processes, packages. */
function objectsOf(host: FakeHost, before: string): { readonly remove: () => void }[] {
  const old = new Set(before.split("\n").map((line) => line.split(" ")[0]));
  const paths = host.disk.paths().filter((path) => !old.has(path) && !RECORDS.test(path));
  // what enables a unit is taken away together with its directory, as `systemctl disable` does
  const ofOthers = /^\/etc\/systemd\/system\/[^/]+\.wants$/;
  const made = paths.filter(
    (path) => path !== "/var/lib/tsproxy" && !/^\/run\//.test(path) && !ofOthers.test(path),
  );
  return [
    ...host.systemd.running().map(([unit]) => ({
      remove: () => {
        if (host.systemd.isActive(unit)) host.systemd.stop([unit]);
      },
    })),
    ...made.map((path) => ({
      remove: () => {
        host.disk.remove(path);
        const directory = path.slice(0, path.lastIndexOf("/"));
        if (ofOthers.test(directory) && host.disk.isEmpty(directory)) host.disk.remove(directory);
      },
    })),
    ...[...host.packages.installed]
      .filter((name) => !before.split("\n").includes(name))
      .map((name) => ({ remove: () => host.packages.remove(name) })),
  ];
}

const silentControl = (between = nothing): Trial =>
  inMemory("a control server that does not answer holds nothing up, and the user is told", {
    cases: { fast: 5, whole: 300 },
    async try(one) {
      const { host, before, stacks } = await standing(between);
      host.tailnet.isReachable = false;
      for (const stack of one.shuffled(stacks)) await stack.destroy();
      same("the host", String(host), before);
      const said = stacks
        .flatMap(({ lines }) => lines)
        .filter((line) => /stays listed in its tailnet/.test(line));
      same("warnings of nodes that stay listed", String(said.length), String(host.tailnet.nodes.length));
    },
  });

const gone = (runOf = (forgotten: string) => new PulumiRun(forgotten)): Trial =>
  inMemory("a host that is gone is forgotten when it is named, and only then; back again, it is adopted", {
    cases: { fast: 10, whole: 150 },
    async try(one, count) {
      const { host, before, stacks } = await standing(nothing);
      const off = switchedOff(host);
      for (const stack of one.shuffled(stacks)) {
        stack.host = off;
        stack.run = runOf(one.pick(["", "gateway", "gateway.lan.example", "10.0.0.1,other.lan"]));
        const text = textOf(await failureOf(stack.destroy()));
        same(
          "the error",
          text.includes("TSPROXY_FORGET_HOSTS=gateway.lan") ? "tells of it" : text,
          "tells of it",
        );
        stack.run = runOf(one.pick(["gateway.lan", "10.0.0.1,gateway.lan", " gateway.lan , b.lan"]));
        await stack.destroy();
        same("the state", String(stack.outputs), "null");
        count("resources forgotten");
      }
      const again = stacksOf(host);
      for (const { stack, resource } of again) await stack.up({ ...resource.wish, adopt: true });
      for (const { stack } of [...again].reverse()) await stack.destroy();
      same("the host", String(host), before);
    },
  });

const SERVERS = ["https://one.example", "https://two.example", "https://three.example"] as const;

const moved = (between = nothing): Trial =>
  inMemory(
    "a node that moves to another control server is listed there and nowhere else, wherever a run was cut",
    {
      cases: { fast: 20, whole: 500 },
      async try(one, count) {
        const host = homeHost();
        const before = String(host);
        const [gateway, tailnet] = stacksOf(between(host), HOME.slice(0, 2));
        if (gateway === undefined || tailnet === undefined) throw new Error("no tailnet at home");
        await gateway.stack.up(gateway.resource.wish);
        for (let change = 0; change < 4; change++) {
          const server = one.pick(SERVERS);
          const { wish } = node({ loginServer: server });
          tailnet.stack.host = losing(between(host), one.below(12));
          const error = await failureOf(tailnet.stack.up(wish), "or not");
          if (error !== null && !isHostError(error, "connection-lost")) throw error;
          if (error !== null) count("cuts");
          tailnet.stack.host = between(host);
          await tailnet.stack.up(wish);
          count("changes of the control server");
          same("nodes", host.tailnet.nodes.join(), `${server} /run/tsproxy-work/tailscaled.sock`);
        }
        await tailnet.stack.destroy();
        await gateway.stack.destroy();
        same("nodes", host.tailnet.nodes.join(), "");
        same("the host", String(host), before);
      },
    },
  );

export const destroy: Row = {
  name: "destroy",
  title: "removal in any order, from a host that is half there or gone",
  unproved:
    "What nobody recorded cannot be given back: where the records in /var/lib/tsproxy are deleted by hand, empty directories and packages stay; where the script in /etc/tsproxy is, `ip_forward` stays on.",
  trials: [
    inOrder(),
    halfDeleted(),
    silentControl(),
    gone(),
    moved(),
    halfDeletedHost(),
    goneHost(),
    movedNode(),
  ],
  faults: [
    { name: "files are not removed", trial: inOrder((host) => omitting(host, "remove")) },
    { name: "nodes are not logged out", trial: inOrder((host) => omitting(host, "leave")) },
    {
      name: "the state of a unit goes with its file only",
      trial: halfDeleted((host) => omitting(host, "wipe")),
    },
    { name: "a warning is swallowed", trial: silentControl(speechless) },
    {
      name: "every host that is off is forgotten, named or not",
      trial: gone(() => new PulumiRun("gateway.lan")),
    },
    {
      name: "nodes are not logged out of the server they leave",
      trial: moved((host) => omitting(host, "leave")),
    },
  ],
};

function speechless(host: FakeHost): Host {
  return {
    name: host.name,
    look: (question) => host.look(question),
    apply: async (order) => ({ ...(await host.apply(order)), warnings: [] }),
    contents: (paths) => host.contents(paths),
  };
}

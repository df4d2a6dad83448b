import type { Host } from "../../../providers/engine/host.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { HOME, homeHost, type Resource, stacksOf } from "../../fake/home.ts";
import { omitting } from "../../fake/interference.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Case, Row, Trial } from "../contract.ts";
import { obstructed } from "../foreign/disks.ts";
import { beforeUs } from "../foreign/in-laboratory.ts";
import { credulous, oneGateway, twoStates } from "../foreign/two-states.ts";
import { failureOf, isHostError, same, textOf } from "../holds.ts";
import { inMemory } from "../in-memory.ts";
import { planted } from "../planted.ts";

/** Stands between the engine and a host; a planted fault. */
type Between = (host: FakeHost) => Host;
const nothing: Between = (host) => host;

const KINDS = ["file", "the very same file", "link", "directory"] as const;

interface Foreign {
  readonly path: HostPath;
  readonly kind: (typeof KINDS)[number];
}

const inTheWay = (between = nothing): Trial =>
  inMemory(
    "what was there before is refused by name and left as it was, or adopted on request and given back as it was",
    {
      cases: { fast: 40, whole: 2000 },
      async try(one, count) {
        const host = homeHost();
        const things = foreignThings(one);
        for (const thing of things) put(host, thing, one);
        for (const name of ["curl", "nftables", "dante-server"])
          if (one.below(3) === 0) host.packages.installed.add(name);
        if (one.below(4) === 0) host.disk.link("/etc/systemd/system/danted.service", "/dev/null");
        const before = String(host);
        const adopt = one.below(2) === 0;
        const all = stacksOf(between(host));
        for (const { stack, resource } of all) {
          const there = String(host);
          const expected = refusals(things, resource, adopt);
          const error = await failureOf(stack.up({ ...resource.wish, adopt }), "or not");
          if (expected.length === 0) {
            if (error !== null) throw error;
            continue;
          }
          count("things refused by name");
          same("the error", isHostError(error, "foreign") ? "foreign" : textOf(error), "foreign");
          for (const path of expected)
            same(
              `whether ${path} is named`,
              String(textOf(error).includes(`${path} is there already`)),
              "true",
            );
          same("the host after the refusal", String(host), there);
          break;
        }
        for (const { stack } of [...all].reverse()) await stack.destroy();
        if (adopt) for (const _ of things) count("things that were there when adopting");
        same("the host", String(host), before);
      },
    },
  );

function foreignThings(one: Case): Foreign[] {
  const paths = HOME.flatMap(({ wish }) => Object.keys(wish.desired.files) as HostPath[]);
  const kinds = one.below(2) === 0 ? KINDS : (["file", "the very same file"] as const);
  return one
    .shuffled([...new Set(paths)])
    .slice(0, one.below(4))
    .map((path) => ({ path, kind: one.pick<Foreign["kind"]>(kinds) }));
}

function put(host: FakeHost, { path, kind }: Foreign, one: Case): void {
  host.disk.makeParents(path);
  const mode = one.pick(["0644", "0600", "0755"]);
  const owner = one.pick(["0:0", "1000:1000"]);
  if (kind === "link") host.disk.link(path, "/etc/hostname");
  else if (kind === "directory") host.disk.makeDirectory(path);
  else
    host.disk.write(
      path,
      kind === "file" || path.endsWith(".service") ? "mine\n" : wantedText(path),
      mode,
      owner,
    );
}

/** A unit file keeps the programs that it starts. */
function wantedText(path: HostPath): string {
  const content = HOME.map(({ wish }) => wish.desired.files[path]?.content).find(
    (text) => text !== undefined,
  );
  return typeof content === "string" ? content : "tskey-right";
}

/** Paths that keep a resource from being made. */
function refusals(things: readonly Foreign[], { wish }: Resource, adopt: boolean): HostPath[] {
  return things
    .filter(({ path }) => path in wish.desired.files)
    .filter(({ kind }) => !adopt || kind === "link" || kind === "directory")
    .map(({ path }) => path);
}

/** Looks past what is there, unless it is ours. */
function blind(host: FakeHost): Host {
  return {
    name: host.name,
    async look(question) {
      const seen = await host.look(question);
      const owned = Object.values(seen.manifests).flatMap(({ owned }) => owned?.files ?? []);
      const files = Object.fromEntries(
        Object.entries(seen.files).filter(([path]) => owned.some((own) => own === path)),
      );
      return { ...seen, files };
    },
    apply: (order) => host.apply(order),
    contents: (paths) => host.contents(paths),
  };
}

export const foreign: Row = {
  name: "foreign",
  title: "things that were there before, and disks that take nothing",
  unproved:
    "Files of other owners, links and full, read-only or immutable disks are tried with the programs themselves on small memory disks; a file system that lies about what it has written is not.",
  trials: [inTheWay(), twoStates(), obstructed(), beforeUs()],
  faults: [
    { name: "what is adopted is not set aside", trial: inTheWay((host) => omitting(host, "adopt")) },
    { name: "what is there is not looked at", trial: inTheWay(blind) },
    { name: "a state is known by its names alone", trial: twoStates(credulous) },
    { name: "all that is there is taken for the gateway's", trial: twoStates(oneGateway) },
    {
      name: "records are emptied on a full disk",
      trial: obstructed(
        ["full disk"],
        planted(/^rewrite\(\) .*$/m, 'rewrite() { cat >"$1.new"; mv -f "$1.new" "$1"; } 2>/dev/null'),
      ),
    },
    {
      name: "files are written in place",
      trial: obstructed(
        ["full disk"],
        planted(
          /^ {2}printf %s "\$3" >"\$1\.tsproxy-new".*$/m,
          '  printf %s "$3" >"$1" && chmod "$2" "$1" && return',
        ),
      ),
    },
    {
      name: "links are followed",
      trial: obstructed(["linked directory"], planted(/run_in_place no_symlink_in "\$\{1%\/\*\}" && /g, "")),
    },
  ],
};

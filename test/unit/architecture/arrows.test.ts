import { type Arrow, refused, written } from "./refused.ts";
import { circleAmong, importedBy, importsOf, sourcesIn } from "./sources.ts";

const forbidden: readonly Arrow[] = [
  // The program uses the package by its name.
  ["index.ts", "./components/index.ts"],
  ["index.ts", "./providers/index.ts"],
  ["index.ts", "pulumi-tsproxy/engine"],

  // Components declare; the engine acts.
  ["components/gateway.ts", "../providers/index.ts"],
  ["components/gateway.ts", "../providers/engine/plan/plan.ts"],
  ["components/gateway.ts", "../providers/engine/state/outputs.ts"],
  ["components/gateway.ts", "../providers/engine/errors.ts"],
  ["components/gateway.ts", "../providers/ssh/connection.ts"],
  ["components/gateway.ts", "../providers/tailscale/index.ts"],
  ["components/gateway.ts", "ssh2"],
  ["components/arguments/gateway.ts", "../../providers/host-state.ts"],
  ["components/arguments/gateway.ts", "../../providers/ssh/connection.ts"],
  ["components/arguments/nearest.ts", "../../providers/ssh/pool.ts"],
  ["components/arguments/gateway.ts", "../../providers/engine/errors.ts"],

  // The tool looks, and plans nothing.
  ["components/cli/status.ts", "../../providers/index.ts"],
  ["components/cli/status.ts", "../../providers/engine/plan/plan.ts"],
  ["components/cli/status.ts", "../../providers/engine/pulumi/run.ts"],
  ["components/cli/status.ts", "../../providers/ssh/connect.ts"],
  ["components/cli/status.ts", "@pulumi/pulumi"],
  ["components/cli/status.ts", "ssh2"],

  // A renderer is pure, and its folders stand in a row.
  ["components/render/gateway.ts", "@pulumi/pulumi"],
  ["components/render/gateway.ts", "../claims.ts"],
  ["components/render/gateway.ts", "../arguments/gateway.ts"],
  ["components/render/gateway.ts", "../../providers/host-state.ts"],
  ["components/render/gateway.ts", "../../providers/engine/state/outline.ts"],
  ["components/render/link/tailscale.ts", "../../../providers/tailscale/status.ts"],
  ["components/render/link/tailscale.ts", "../netns-tailnet.ts"],
  ["components/render/link/tailscale.ts", "../../releases/releases.ts"],
  ["components/render/unit/part.ts", "../place/place.ts"],
  ["components/render/unit/part.ts", "../link/link.ts"],
  ["components/render/unit/part.ts", "../dns/coredns.ts"],
  ["components/render/unit/part.ts", "../server/server.ts"],
  ["components/render/unit/part.ts", "../door/door.ts"],
  ["components/render/place/netns.ts", "../link/link.ts"],
  ["components/render/place/netns.ts", "../dns/coredns.ts"],
  ["components/render/place/netns.ts", "../server/server.ts"],
  ["components/render/place/netns.ts", "../door/door.ts"],
  ["components/render/link/link.ts", "../dns/coredns.ts"],
  ["components/render/link/link.ts", "../server/server.ts"],
  ["components/render/link/link.ts", "../door/door.ts"],
  ["components/render/route/visitor-node.ts", "../route-bridge.ts"],
  ["components/render/route/visitor-node.ts", "../server/server.ts"],
  ["components/render/route/visitor-node.ts", "../door/door.ts"],
  ["components/render/door/relay.ts", "../link/link.ts"],
  ["components/render/door/relay.ts", "../dns/coredns.ts"],
  ["components/render/door/relay.ts", "../server/server.ts"],
  ["components/render/server/serve.ts", "../dns/coredns.ts"],
  ["components/render/server/serve.ts", "../door/door.ts"],
  ["components/render/dns/inside.ts", "../server/server.ts"],
  ["components/render/dns/inside.ts", "../door/door.ts"],
  ["components/render/clients/files.ts", "../gateway.ts"],
  ["components/render/clients/files.ts", "../dns/host.ts"],
  ["components/render/clients/files.ts", "@pulumi/pulumi"],
  ["components/render/clients/files.ts", "../../arguments/client-facts.ts"],

  // The resource knows forms, and loads the engine by name.
  ["providers/host-state.ts", "./index.ts"],
  ["providers/host-state.ts", "./engine/plan/plan.ts"],
  ["providers/host-state.ts", "./engine/state/outline.ts"],
  ["providers/host-state.ts", "./ssh/pool.ts"],
  ["providers/host-state.ts", "./tailscale/index.ts"],
  ["providers/host-state.ts", "../components/gateway.ts"],

  // The engine knows no components, no Pulumi, no SSH and no tailnets.
  ...["errors", "kinds/file", "state/owned", "plan/plan", "wire/progress", "pulumi/run"].flatMap((name) => {
    const up = name.includes("/") ? "../.." : "..";
    return [
      `${up}/ssh/connect.ts`,
      `${up}/tailscale/status.ts`,
      `${up}/host-state.ts`,
      `${up}/../components/gateway.ts`,
      "@pulumi/pulumi",
      "ssh2",
    ].map((imported): Arrow => [`providers/engine/${name}.ts`, imported]);
  }),
  ["providers/engine/host.ts", "./wire/shell.ts"],
  ["providers/engine/host.ts", "./pulumi/run.ts"],
  ["providers/engine/kinds/file.ts", "../host.ts"],
  ["providers/engine/kinds/file.ts", "../state/owned.ts"],
  ["providers/engine/kinds/file.ts", "../plan/plan.ts"],
  ["providers/engine/kinds/file.ts", "../wire/shell.ts"],
  ["providers/engine/kinds/file.ts", "../pulumi/run.ts"],
  ["providers/engine/kinds/unit/spec.ts", "../../state/owned.ts"],
  ["providers/engine/state/owned.ts", "../host.ts"],
  ["providers/engine/state/owned.ts", "../plan/plan.ts"],
  ["providers/engine/state/owned.ts", "../wire/shell.ts"],
  ["providers/engine/state/owned.ts", "../pulumi/run.ts"],
  ["providers/engine/plan/plan.ts", "../wire/shell.ts"],
  ["providers/engine/plan/plan.ts", "../pulumi/run.ts"],
  ["providers/engine/wire/shell.ts", "../pulumi/run.ts"],
  ["providers/engine/pulumi/run.ts", "../wire/shell.ts"],

  // SSH makes a Host of a shell; Tailscale is registered from outside.
  ["providers/ssh/pool.ts", "../engine/kinds/file.ts"],
  ["providers/ssh/host-key.ts", "../engine/plan/plan.ts"],
  ["providers/ssh/pool.ts", "../engine/pulumi/run.ts"],
  ["providers/ssh/pool.ts", "../engine/wire/script.ts"],
  ["providers/ssh/pool.ts", "../engine/state/owned.ts"],
  ["providers/ssh/pool.ts", "../tailscale/status.ts"],
  ["providers/ssh/pool.ts", "../../components/gateway.ts"],
  ["providers/ssh/pool.ts", "@pulumi/pulumi"],
  ["providers/tailscale/status.ts", "../engine/plan/plan.ts"],
  ["providers/tailscale/status.ts", "../engine/host.ts"],
  ["providers/tailscale/status.ts", "../engine/wire/shell.ts"],
  ["providers/tailscale/status.ts", "../ssh/pool.ts"],
  ["providers/tailscale/status.ts", "../../components/gateway.ts"],
];

const allowed: readonly Arrow[] = [
  ["index.ts", "pulumi-tsproxy"],
  ["components/gateway.ts", "../providers/host-state.ts"],
  ["components/gateway.ts", "../providers/engine/kinds/desired.ts"],
  ["components/netns-tailnet.ts", "../providers/tailscale/status.ts"],
  ["components/cli/look/look.ts", "../../../providers/engine/wire/shell-host.ts"],
  ["components/cli/look/seen.ts", "../../../providers/engine/state/observed.ts"],
  ["components/cli/reach.ts", "../../providers/ssh/pool.ts"],
  ["components/cli/status.ts", "../../providers/tailscale/index.ts"],
  ["components/arguments/gateway.ts", "../../providers/engine/kinds/names.ts"],
  ["components/render/gateway.ts", "../../providers/engine/kinds/desired.ts"],
  ["components/render/unit/unit-file.ts", "../../../providers/engine/kinds/unit/spec.ts"],
  ["components/render/place/netns.ts", "../unit/text.ts"],
  ["components/render/link/tailscale.ts", "../place/place.ts"],
  ["components/render/door/relay.ts", "../place/place.ts"],
  ["components/render/server/serve.ts", "../link/link.ts"],
  ["components/render/dns/host.ts", "../link/tailscale-network.ts"],
  ["components/render/clients/browsers.ts", "../template.ts"],
  ["providers/host-state.ts", "./engine/state/stored-desired.ts"],
  ["providers/index.ts", "./ssh/pool.ts"],
  ["providers/index.ts", "./engine/pulumi/lifecycle.ts"],
  ["providers/engine/host.ts", "./plan/step.ts"],
  ["providers/engine/kinds/file.ts", "../records.ts"],
  ["providers/engine/state/owned.ts", "../kinds/file.ts"],
  ["providers/engine/plan/plan.ts", "../state/owned.ts"],
  ["providers/engine/wire/script.ts", "../plan/step.ts"],
  ["providers/engine/pulumi/run.ts", "../plan/converge.ts"],
  ["providers/ssh/pool.ts", "../engine/wire/shell-host.ts"],
  ["providers/tailscale/status.ts", "../engine/kinds/extension.ts"],
];

describe("the linter", () => {
  const found = refused([...forbidden, ...allowed]);

  it.each(forbidden.map(written))("refuses %s", (arrow) => expect(found).toContain(arrow));

  it.each(allowed.map(written))("lets %s pass", (arrow) => expect(found).not.toContain(arrow));
});

const product = ["components", "providers"].flatMap(sourcesIn);

describe("imports", () => {
  // Both tell later values of Pulumi from plain ones, by its class and its error.
  it("of arguments have nothing of Pulumi at run time", () => {
    const heavy = sourcesIn("components/arguments").filter((file) =>
      importsOf(file).some(({ from, ofTypes }) => from.startsWith("@pulumi/") && !ofTypes),
    );
    expect(heavy).toEqual([]);
  });

  it("of arguments have nothing of the engine but types", () => {
    const statements = sourcesIn("components/arguments").flatMap(importsOf);
    const values = statements.filter(({ from, ofTypes }) => from.includes("/providers/engine/") && !ofTypes);
    expect(values).toEqual([]);
  });

  it("go in no circle", () => expect(circleAmong(product, importedBy)).toBeNull());

  it("are followed far enough to find a circle", () => {
    const next: Record<string, string[]> = { a: ["b"], b: ["c", "d"], c: [], d: ["b"] };
    expect(circleAmong(["a"], (file) => next[file] ?? [])).toEqual(["b", "d", "b"]);
  });

  it("lead to files that are there, all of them", () => {
    const code = product.flatMap(importedBy).filter((file) => file.endsWith(".ts"));
    expect(code.length).toBeGreaterThan(product.length);
    expect(code.filter((file) => !product.includes(file))).toEqual([]);
  });
});

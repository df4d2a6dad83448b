import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkSocks } from "../../../../../components/arguments/socks-bridge.ts";
import { SANDBOX_FILE } from "../../../../../components/render/names.ts";
import { renderSocksBridge } from "../../../../../components/render/socks-bridge.ts";
import { memoryFor, SMALL } from "../../../../../components/render/unit/limits.ts";
import { isSandboxed, sandbox } from "../../../../../components/render/unit/sandbox.ts";
import { isUnit, UNIT_FILES } from "../../../../../providers/engine/kinds/names.ts";
import { cases, gateway } from "../../cases.ts";

const units = Object.values(cases).flatMap(({ files }) =>
  Object.entries(files)
    .map(([path, { content }]): [string, string] => [path.slice(UNIT_FILES.length), String(content)])
    .filter(([name]) => isUnit(name) && isSandboxed(name)),
);
const staying = units.filter(([, text]) => !/^Type=oneshot$/m.test(text));

function bridge(maxSessions?: number, server = "sing-box"): Record<string, string> {
  const { settings } = checkSocks({ port: 11080, ...(maxSessions !== undefined && { maxSessions }) });
  if (settings === null) throw new Error("no settings");
  const { clients } = gateway;
  const primaryAddress = "100.64.0.10";
  const { files } = renderSocksBridge({
    port: settings.port,
    maxSessions: settings.maxSessions,
    tailnet: "work",
    vethSubnet: "10.200.0.4/30",
    primaryAddress,
    primaryInterface: "tailscale0",
    clients,
    server,
    singBoxVersion: gateway.singBox.version,
  });
  return Object.fromEntries(
    Object.entries(files).map(([path, { content }]) => [path.replace(/^.*-/, ""), String(content)]),
  );
}

describe("what a gateway takes of its host", () => {
  it.each(staying)("is limited for %s in memory and in processes", (_name, text) => {
    expect(text).toMatch(/^MemoryMax=\d+[M%]$/m);
    expect(text).toMatch(/^TasksMax=\d+$/m);
  });

  it("is the first to go when the host runs out of memory", () => {
    expect(sandbox()).toMatch(/^OOMScoreAdjust=[1-9]\d*$/m);
  });

  it("is limited in its journal, whatever clients and control servers make it say", () => {
    expect(sandbox()).toMatch(/^LogRateLimitIntervalSec=30min$/m);
    expect(sandbox()).toMatch(/^LogRateLimitBurst=200$/m);
  });

  it.each(units)("is not a start of %s every other second while something is out", (_name, text) => {
    expect(Number(/^RestartSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThanOrEqual(5);
  });

  it("follows the number of connections that a port may have at a time", () => {
    expect(bridge()["relay.service"]).toContain("--connections-max=511 ");
    expect(bridge()["socks.service"]).toMatch(/^MemoryMax=576M$/m);
    expect(bridge(64)["relay.service"]).toContain("--connections-max=63 ");
    expect(bridge(64)["relay.service"]).toMatch(/^MemoryMax=128M$/m);
    expect(bridge(64)["socks.service"]).toMatch(/^MemoryMax=128M$/m);
    expect(bridge(64, "dante")["socks.service"]).toMatch(/^TasksMax=160$/m);
  });
});

it("the guide says what a gateway takes of its host", () => {
  const guide = readFileSync(join(__dirname, "../../../../../docs/guide.md"), "utf8");
  const [, table = ""] = guide.split("## What it takes of the host");
  const rowOf = (name: string) => table.split("\n").find((line) => line.startsWith(`| ${name} `)) ?? "";
  const [, fixed, each] =
    /(\d+) MB, and (\d+) MB for each of `maxSessions`/.exec(rowOf("SOCKS server")) ?? [];
  expect(`${Number(fixed) + 100 * Number(each)}M`).toBe(memoryFor(100));
  expect(rowOf("DNS")).toContain(`${SMALL.memory.replace("M", " MB")}`);
  expect(rowOf("DNS")).toContain(String(SMALL.tasks));
  expect(table).toContain(`\`maxSessions\` (${checkSocks({ port: 1 }).settings?.maxSessions} by default)`);
});

it("the sandbox is read after what images of LXC, LXD and Incus add to every service", () => {
  const name = SANDBOX_FILE.slice(SANDBOX_FILE.lastIndexOf("/") + 1);
  expect([name, "zzz-lxc-service.conf"].sort()).toEqual(["zzz-lxc-service.conf", name]);
});

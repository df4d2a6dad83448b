import { seenIn } from "../../../../components/cli/look/seen.ts";
import { gatewayStatus, unknownGateway } from "../../../../components/cli/look/status.ts";
import { bytes, statusText } from "../../../../components/cli/look/table.ts";
import { register } from "../../../../providers/engine/kinds/extension.ts";
import { sectionsOf } from "../../../../providers/engine/state/observed.ts";
import { tailscale } from "../../../../providers/tailscale/index.ts";
import { statusSchema } from "../../../tool-schemas.ts";
import { type Change, changed } from "./answer.ts";
import { expectGolden } from "./golden.ts";

register(tailscale);

const of = { name: "home", host: "198.18.0.30" };

const statusOf = (...changes: readonly Change[]) =>
  gatewayStatus(of, seenIn(sectionsOf(changed(...changes))));
const tailnetOf = (name: string, ...changes: readonly Change[]) => {
  const tailnet = statusOf(...changes).tailnets.find((each) => each.name === name);
  if (tailnet === undefined) throw new Error(`no tailnet ${name}`);
  return tailnet;
};
/** Changes what the node in `work` says, in the probe and in the whole of it. */
const inWork = (from: string, to: string): Change[] => [
  [new RegExp(`(= node work\\n(?:.|\\n)*?)${from}`), `$1${to}`],
];

describe("the status of a gateway", () => {
  it("is told by one answer", () =>
    expectGolden("status-json.txt", `${JSON.stringify(statusOf(), null, 2)}\n`));

  it("has the form that is promised", () => {
    const status = { format: 1, gateways: [statusOf(), unknownGateway(of, "it does not answer")] };
    expect(statusSchema.parse(status)).toEqual(status);
  });

  it("says that a node is offline", () => {
    expect(tailnetOf("work", ...inWork('"Online": true', '"Online": false')).state).toBe("offline");
  });

  it.each<[string, string, string]>([
    ["Running", "NeedsLogin", "logged-out"],
    ["Running", "NeedsMachineAuth", "waiting"],
    ["Running", "Starting", "starting"],
    ["Running", "Stopped", "stopped"],
  ])("says what the state %s -> %s of a daemon means: %s", (from, to, state) => {
    const change: Change = [new RegExp(`"BackendState": "${from}"`, "g"), `"BackendState": "${to}"`];
    expect(statusOf(change).tailnets.map((tailnet) => tailnet.state)).toEqual([state, state]);
  });

  it("says of a daemon that does not answer that nothing is known", () => {
    const tailnet = tailnetOf("work", [
      /(?:^ .*\n)+@ \/run\/tsproxy-work\/.*$/m,
      "@ /run/tsproxy-work/tailscaled.sock",
    ]);
    expect(tailnet).toMatchObject({ state: "unknown", addresses: [], keyExpiry: null });
  });

  it("names routes that the node does not accept, and machines that are off", () => {
    const [route] = tailnetOf(
      "work",
      [/(= routes work\n(?:.|\n)*?) 10\.0\.0\.0\/24 dev.*\n/, "$1"],
      [/(= node work\n(?:.|\n)*?"Peer"(?:.|\n)*?)"Online": true/, '$1"Online": false'],
    ).routes;
    expect(route).toEqual({
      network: "10.0.0.0/24",
      via: "office.work.example",
      online: false,
      accepted: false,
    });
  });

  it("knows a route to a single machine that a peer offers, and lists none that a machine has to itself", () => {
    const changes: Change[] = [
      [
        /(= node work\n(?:.|\n)*?)"10\.0\.0\.0\/24"((?:.|\n)*?)"10\.0\.0\.0\/24"/,
        '$1"10.0.0.5/32"$2"10.0.0.5/32"',
      ],
      [/(= routes work\n(?:.|\n)*?) 10\.0\.0\.0\/24 dev/, "$1 10.0.0.5 dev"],
    ];
    const { routes } = tailnetOf("work", ...changes);
    expect(routes.map(({ network, accepted }) => [network, accepted])).toEqual([
      ["10.0.0.5/32", true],
      ["fd00:1::/64", true],
    ]);
  });

  it("shows routes in the same order, whatever order the control server has", () => {
    const swapped: Change = [
      /(= node work\n(?:.|\n)*?"PrimaryRoutes": \[\n) \t*"(.*)",\n \t*"(.*)"\n/,
      '$1 "$3",\n "$2"\n',
    ];
    expect(tailnetOf("work", swapped).routes).toEqual(tailnetOf("work").routes);
  });

  it("counts the sessions of a port", () => {
    const tailnet = tailnetOf("work", [/^= sessions$/m, "= sessions\n      7 100.64.0.1:11080"]);
    expect(tailnet.ports).toEqual([{ listen: "100.64.0.1:11080", server: "sing-box", sessions: 7 }]);
  });

  it("adds up what went by all paths", () => {
    const tailnet = tailnetOf("work", [
      /(= metrics work\n(?:.|\n)*?tailscaled_inbound_bytes_total\{path="derp"\}) \d+(\n.*"\}) \d+/,
      "$1 1500$2 27",
    ]);
    expect(tailnet.traffic?.received).toBe(1527);
  });

  it.each([
    ["failed", "tsproxy-work-dns.service has failed", ["tsproxy-work-dns.service"]],
    ["inactive", "tsproxy-work-dns.service is not running", []],
  ])("says of a unit that is %s: %s", (state, drift, failed) => {
    const status = statusOf([/(Id=tsproxy-work-dns\.service\n.*\nActiveState=)active/, `$1${state}`]);
    expect(status).toMatchObject({ drift: [drift], failed });
  });

  it("says that rules were changed", () => {
    expect(statusOf([/^work 0$/m, "work 1"]).drift).toEqual([
      "what tsproxy_netns-work.service made in the kernel was changed",
    ]);
  });

  it("says that a file is missing", () => {
    const path = "/etc/tsproxy/work/socks/sing-box.json";
    expect(statusOf([new RegExp(`^[0-9a-f]+ 0:0 \\S+ ${path}\n`, "m"), ""]).drift).toEqual([
      `${path} is missing`,
    ]);
  });

  it("tells versions that run from those that were installed", () => {
    const old: Change = [/(exe' -> '\/usr\/local\/lib\/tsproxy\/sing-box-)1\.14\.1/, "$11.13.0"];
    expect(statusOf(old).programs).toContainEqual({
      name: "sing-box",
      wanted: ["1.14.1"],
      running: ["1.13.0"],
    });
  });

  it("shows nothing that could steer a terminal", () => {
    const peer = tailnetOf("work", ...inWork("office\\.work", "off\\u001bice.work"));
    expect(peer.routes[0]?.via).toBe("off?ice.work.example");
  });
});

describe("the text of a status", () => {
  const troubled = statusOf(
    ...inWork('"Online": true', '"Online": false'),
    [/^work 0$/m, "work 1"],
    [/(exe' -> '\/usr\/local\/lib\/tsproxy\/sing-box-)1\.14\.1/, "$11.13.0"],
  );
  const text = statusText({
    format: 1,
    gateways: [statusOf(), troubled, unknownGateway(of, "no answer\n  hint: x")],
  });

  it("is a table and what belongs to it", () => expectGolden("status.txt", text));

  it("can be read at 80 columns", () => {
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("paints by what a state means, and changes no letter", () => {
    const painted = statusText({ format: 1, gateways: [troubled] }, (mood, part) => `<${mood}>${part}</>`);
    expect(painted).toContain("<wrong>offline</>");
    expect(painted.replace(/<[a-z/]*>/g, "")).toBe(statusText({ format: 1, gateways: [troubled] }));
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.0 kB"],
    [1_234_567, "1.2 MB"],
    [5e15, "5000.0 TB"],
  ])("writes %d bytes as %s", (count, written) => expect(bytes(count)).toBe(written));
});

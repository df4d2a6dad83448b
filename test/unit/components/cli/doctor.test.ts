import { diagnose } from "../../../../components/cli/doctor/diagnose.ts";
import { checksText } from "../../../../components/cli/doctor/text.ts";
import { seenIn } from "../../../../components/cli/look/seen.ts";
import { HostError } from "../../../../providers/engine/errors.ts";
import { register } from "../../../../providers/engine/kinds/extension.ts";
import { sectionsOf } from "../../../../providers/engine/state/observed.ts";
import { tailscale } from "../../../../providers/tailscale/index.ts";
import { diagnosisSchema } from "../../../tool-schemas.ts";
import { type Change, changed } from "./answer.ts";
import { expectGolden } from "./golden.ts";

register(tailscale);

const target = {
  name: "home",
  connection: { host: "198.18.0.30", port: 22, user: "root", hostKey: "" },
  mayHaveSecretKey: false,
};

const ASKED: Change = [/^= processes$/m, "= answers\nlab lab yes\nwork work yes\n= processes"];

const checksOf = (...changes: readonly Change[]) =>
  diagnose({ target, seen: seenIn(sectionsOf(changed(ASKED, ...changes))) });
const ailmentsOf = (...changes: readonly Change[]) =>
  checksOf(...changes).filter(({ status }) => status !== "ok");

const unitIs = (unit: string, state: string): Change => [
  new RegExp(`(Id=${unit.replaceAll(".", "\\.")}\\n.*\\nActiveState=)active`),
  `$1${state}`,
];
const inNode = (pattern: string): RegExp => new RegExp(`(= node work\\n(?:.|\\n)*?)${pattern}`);

describe("the doctor", () => {
  it("finds nothing wrong where nothing is", () => expect(ailmentsOf()).toEqual([]));

  it("has one form for programs", () => {
    const diagnosis = { format: 1, checks: checksOf(unitIs("tsproxy-work-relay.socket", "inactive")) };
    expect(diagnosisSchema.parse(diagnosis)).toEqual(diagnosis);
  });

  it.each<[string, readonly Change[], readonly string[]]>([
    [
      "a node that is offline",
      [[inNode('"Online": true'), '$1"Online": false']],
      ["work login fail: the node is offline"],
    ],
    [
      "a node that is starting, which passes",
      [[/"BackendState": "Running"/g, '"BackendState": "Starting"']],
      ["lab login warn: the node is starting", "work login warn: the node is starting"],
    ],
    [
      "a port without its socket",
      [unitIs("tsproxy-work-relay.socket", "inactive")],
      [
        "units fail: tsproxy-work-relay.socket is not running",
        "work port fail: nothing listens on port 100.64.0.1:11080: tsproxy-work-relay.socket is not running",
      ],
    ],
    [
      "a port without its server",
      [unitIs("tsproxy-work-socks.service", "failed")],
      [
        "units fail: tsproxy-work-socks.service has failed",
        "work port fail: nothing serves behind port 100.64.0.1:11080: tsproxy-work-socks.service is not running",
      ],
    ],
    [
      "a suffix that is not answered",
      [["work work yes", "work work no"]],
      ["work names fail: names under work are not answered"],
    ],
    [
      "a network that is not accepted",
      [[/(= routes work\n(?:.|\n)*?) 10\.0\.0\.0\/24 dev.*\n/, "$1"]],
      ["work routes warn: 10.0.0.0/24 is offered by office.work.example, and the node does not use it"],
    ],
    [
      "a machine that is off, and has networks behind it",
      [[inNode('"Peer"((?:.|\\n)*?)"Online": true'), '$1"Peer"$2"Online": false']],
      [
        "work routes warn: office.work.example, behind which 10.0.0.0/24 is, is offline",
        "work routes warn: office.work.example, behind which fd00:1::/64 is, is offline",
      ],
    ],
    [
      "a primary tailnet that is away",
      [[/^tailscale0 100\.64\.0\.1\n/m, ""]],
      ["primary fail: no interface of the host has 100.64.0.1, its address in the primary tailnet"],
    ],
    [
      "a version that was not restarted",
      [[/(exe' -> '\/usr\/local\/lib\/tsproxy\/sing-box-)1\.14\.1/, "$11.13.0"]],
      ["versions warn: sing-box 1.13.0 runs, and 1.14.1 is installed"],
    ],
    [
      "a host on which nothing was made",
      [[/^= manifests\n(?:(?:.*\.manifest| .*)\n)*/m, "= manifests\n"]],
      ["made fail: nothing was made on this host"],
    ],
  ])("names %s, and what to do", (_, changes, ailments) => {
    const found = ailmentsOf(...changes);
    const words = found.map(({ tailnet, name, status, message }) =>
      [...(tailnet === null ? [] : [tailnet]), name, `${status}: ${message}`].join(" "),
    );
    expect(words).toEqual(expect.arrayContaining([...ailments]));
    expect(words.filter((word) => !ailments.includes(word))).toEqual([]);
    expect(found.filter(({ remedy }) => remedy === "")).toEqual([]);
  });

  it("names machines that are off where no network is offered, since theirs may have been taken back", () => {
    const found = checksOf(
      [/(= routes work\n)(?: .*\n)*/, "$1"],
      [inNode('"PrimaryRoutes": \\[[^\\]]*\\]'), '$1"PrimaryRoutes": null'],
      [inNode('"Peer"((?:.|\\n)*?)"Online": true'), '$1"Peer"$2"Online": false'],
    );
    expect(found.filter(({ tailnet, name }) => tailnet === "work" && name === "routes")).toMatchObject([
      {
        status: "ok",
        message:
          "the tailnet offers no networks; those of machines that are offline are not known: office.work.example",
      },
    ]);
  });

  it("says of a gateway that it does not reach what the login came to, and no more", () => {
    const error = new HostError("unreachable", {
      ...{ host: "h", doing: "connect", because: "nobody answers" },
      ...{ evidence: ["tried twice"], hint: "switch it on" },
    });
    expect(diagnose({ target, seen: null, error })).toEqual([
      {
        ...{ gateway: "home", tailnet: null, name: "reach", status: "fail" },
        ...{
          message: "h: cannot connect: nobody answers [unreachable]; tried twice",
          remedy: "switch it on",
        },
      },
    ]);
  });

  it("shows a list that can be read at 80 columns", () => {
    const text = checksText(
      checksOf(unitIs("tsproxy-work-relay.socket", "inactive"), ["work work yes", "work work no"]),
    );
    expectGolden("doctor.txt", text);
    expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });
});

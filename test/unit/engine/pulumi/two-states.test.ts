import type { HostError } from "../../../../providers/engine/errors.ts";
import { Deployment } from "../../../fake/deployment.ts";
import { bareHost, offerDownloads, pictureOf } from "../../../fake/gateway.ts";
import { type Gateways, type Registration, registrationsOf } from "../../../fake/program.ts";
import type { FakeHost } from "../../../fake-host.ts";

const KEY = `ssh-ed25519 ${"A".repeat(68)}`;
const WORK = { socks: { port: 11080 }, dns: {} };
const LAB = { socks: { port: 11081 }, veth: "10.200.0.8/30" };

interface Choice {
  readonly name?: string;
  readonly tailnets?: Readonly<Record<string, object>>;
  readonly adopt?: boolean;
}

/** The ready-made program, for the one host that there is. */
function program({ name = "home", tailnets = { work: WORK }, adopt = false }: Choice = {}): Registration[] {
  const ssh = { host: "gateway.lan", hostKey: KEY };
  const gateways: Gateways = { [name]: { ssh, primaryAddress: "100.64.0.10", adopt, tailnets } };
  const keys = Object.keys(tailnets).map((tailnet) => [`${name}/${tailnet}/authKey`, "tskey-right"]);
  return registrationsOf(gateways, Object.fromEntries(keys));
}

/** A host, and the states of two people who have chosen the same names of project and stack. */
function scene() {
  const host = bareHost("gateway.lan", ["tskey-right"]);
  const all = program({ tailnets: { work: WORK, lab: LAB } });
  offerDownloads(host, [...all, ...program({ name: "house", tailnets: { work: WORK, lab: LAB } })]);
  const state = () => new Deployment(() => host);
  return { host, before: pictureOf(host), anna: state(), ben: state(), state };
}

async function refusal(work: Promise<unknown>): Promise<HostError["facts"]> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "HostError", code: "foreign" });
  return (error as HostError).facts;
}

function manifestKeys(host: FakeHost): string[] {
  return host.disk
    .paths("/var/lib/tsproxy/")
    .flatMap((path) => /([^/]+)\.manifest$/.exec(path)?.[1] ?? [])
    .sort();
}

describe("two states with one name", () => {
  it("a tailnet whose gateway the other has destroyed is refused before anything is made, and made with it", async () => {
    const { host, before, anna, ben } = scene();
    await anna.up(program());
    await ben.up(program({ adopt: true }));
    await ben.destroy();
    const bare = pictureOf(host);
    expect(bare).toBe(before);
    const edited = program({ tailnets: { work: { ...WORK, hostname: "house" } } });
    const { because, hint } = await refusal(anna.up(edited));
    expect(because).toContain("no longer on the host");
    expect(hint).toContain("pulumi up --refresh");
    expect(pictureOf(host)).toBe(bare);
    await anna.refresh();
    await anna.up(edited);
    expect(manifestKeys(host)).toEqual(["dns-work", "gateway", "socks-work", "tailnet-work"]);
  });

  it("the second up is refused with what it found and how to go on, and nothing is changed", async () => {
    const { host, anna, ben } = scene();
    await anna.up(program());
    const before = pictureOf(host);
    const { because, evidence, hint } = await refusal(ben.up(program()));
    expect(because).toBe("1 thing(s) on the host are not this resource's");
    expect(evidence).toEqual([
      "gateway belongs to another state of home/test, with dns-work, socks-work, tailnet-work",
    ]);
    expect(hint).toContain("set adopt: true on the Gateway once");
    expect(hint).toContain("if another person has it, use that state");
    expect(ben.names).toEqual([]);
    expect(pictureOf(host)).toBe(before);
    expect(await anna.refresh()).toEqual([]);
  });

  it("a destroy of what was refused touches nothing", async () => {
    const { host, anna, ben } = scene();
    await anna.up(program());
    const before = pictureOf(host);
    await refusal(ben.up(program()));
    await ben.destroy();
    expect(pictureOf(host)).toBe(before);
  });

  it("adopt takes over what the program has, one after the other, and the destroy removes that only", async () => {
    const { host, anna, ben } = scene();
    await anna.up(program({ tailnets: { work: WORK, lab: LAB } }));
    const nodes = [...host.tailnet.nodes];
    await ben.up(program({ adopt: true }));
    expect(ben.lines).toContain(
      "gateway.lan: note: gateway was made with another state of home/test and is adopted",
    );
    expect(ben.lines).toContain(
      "gateway.lan: note: tailnet-work was made with another state of home/test and is adopted",
    );
    expect(host.tailnet.nodes).toEqual(nodes);
    await ben.destroy();
    expect(manifestKeys(host)).toEqual(["socks-lab", "tailnet-lab"]);
    expect(host.tailnet.isLoggedIn("/run/tsproxy-lab/tailscaled.sock")).toBe(true);
    expect(ben.lines.at(-1)).toBe(
      "gateway.lan: note: socks-lab, tailnet-lab of home/test is not known to this state and stays; to remove it, take it into a program with adopt: true first",
    );
  });

  it("whose gateway was adopted changes nothing there any more, and takes it back on request", async () => {
    const { host, anna, ben } = scene();
    await anna.up(program({ tailnets: { work: WORK, lab: LAB } }));
    await ben.up(program({ adopt: true }));
    const before = pictureOf(host);
    const { evidence } = await refusal(
      anna.up(program({ tailnets: { work: WORK, lab: { ...LAB, acceptDns: false } } })),
    );
    expect(evidence).toEqual(["gateway belongs to another state of home/test"]);
    expect(await anna.refresh()).toContain("home-gateway");
    await refusal(anna.up(program({ tailnets: { work: WORK, lab: LAB } })));
    await anna.destroy();
    expect(anna.lines).toContain("gateway.lan: note: gateway is another resource's by now, and stays");
    expect(pictureOf(host)).toContain("tailnet-work.manifest");
    expect(before).toContain("tailnet-lab.manifest");
    expect(await ben.refresh()).toEqual([]);
  });

  it("adopted back by the first one, it is the second one that is refused", async () => {
    const { anna, ben } = scene();
    await anna.up(program());
    await ben.up(program({ adopt: true }));
    await anna.up(program({ adopt: true }));
    expect(await anna.refresh()).toEqual([]);
    await ben.refresh();
    await refusal(ben.up(program()));
  });

  it("both may begin at once: one has the gateway, the other is refused its tailnet", async () => {
    const { anna, ben, host } = scene();
    const [gateway] = program();
    if (gateway === undefined) throw new Error("there is no gateway");
    await anna.up([gateway]);
    await ben.up(program());
    expect(ben.lines).toEqual([
      "gateway.lan: note: gateway was made by a run that Pulumi has no record of; nothing stands on it",
    ]);
    await refusal(anna.up(program()));
    expect(await ben.refresh()).toEqual([]);
    expect(manifestKeys(host)).toEqual(["dns-work", "gateway", "socks-work", "tailnet-work"]);
  });
});

describe("one state", () => {
  it("that was lost is adopted, after which it is as it ever was", async () => {
    const { host, before, anna, state } = scene();
    await anna.up(program());
    const there = pictureOf(host);
    const again = state();
    await refusal(again.up(program()));
    await again.up(program({ adopt: true }));
    expect(pictureOf(host)).toBe(there);
    await again.up(program());
    expect(await again.refresh()).toEqual([]);
    await again.destroy();
    expect(pictureOf(host)).toBe(before);
  });

  it("renames its tailnets, and what stands on them, without a word", async () => {
    const { host, anna } = scene();
    await anna.up(program());
    const there = pictureOf(host);
    await anna.up(program().map((one) => renamed(one, "home-work", "home-office")));
    expect(anna.names).toContain("home-office-tailnet");
    expect(pictureOf(host)).toBe(there);
    expect(anna.lines).toEqual([]);
    expect(await anna.refresh()).toEqual([]);
  });

  it("renames its gateway in an up --refresh, as a plain up that is refused says", async () => {
    const { host, before, anna } = scene();
    await anna.up(program());
    const next = program({ name: "house" });
    const { hint } = await refusal(anna.up(next));
    expect(hint).toMatch(/^if a Gateway was only renamed in the program, run `pulumi up --refresh`/);
    await anna.repair(next);
    expect(anna.names).toContain("house-gateway");
    expect(anna.names).not.toContain("home-gateway");
    // and its tailnets are known by it still
    await anna.up(next.map((one) => renamed(one, "house-work", "house-office")));
    expect(await anna.refresh()).toEqual([]);
    await anna.destroy();
    expect(pictureOf(host)).toBe(before);
  });

  it("that is handed on, by an export and an import, has what it had", async () => {
    const { host, before, anna } = scene();
    await anna.up(program());
    const imported = anna.copy(() => host);
    expect(await imported.refresh()).toEqual([]);
    await imported.up(program({ tailnets: { work: { ...WORK, acceptDns: false } } }));
    await imported.destroy();
    expect(pictureOf(host)).toBe(before);
  });

  it("has what it had under other names of project and stack", async () => {
    const { host, before, anna } = scene();
    await anna.up(program());
    const moved = program().map(({ inputs, ...rest }) => ({
      ...rest,
      inputs: { ...inputs, identity: { ...inputs.identity, project: "other", stack: "prod" } },
    }));
    await anna.up(moved);
    expect(await anna.refresh()).toEqual([]);
    await anna.destroy();
    expect(pictureOf(host)).toBe(before);
  });

  it("changes one tailnet alone, as up --target does, which does not come across the gateway", async () => {
    const { anna } = scene();
    await anna.up(program());
    await anna.target(
      program({ tailnets: { work: { ...WORK, acceptDns: false }, lab: LAB } }).filter(({ name }) =>
        /-tailnet$/.test(name),
      ),
    );
    expect(await anna.refresh()).toEqual([]);
  });
});

describe("a host of the last release", () => {
  /** As the builds up to 0.1.0 wrote it. */
  const age = ({ disk }: FakeHost) => {
    for (const path of disk.paths("/var/lib/tsproxy/").filter((path) => path.endsWith(".manifest")))
      disk.write(path, (disk.text(path) ?? "").replace(/^tsproxy 2 (.*) \S+$/m, "tsproxy 1 $1"), "0600");
  };

  it("is as the state says, is changed, renamed and destroyed", async () => {
    const { host, before, anna } = scene();
    await anna.up(program());
    age(host);
    expect(await anna.refresh()).toEqual([]);
    await anna.up(program().map((one) => renamed(one, "home-work", "home-office")));
    expect(await anna.refresh()).toEqual([]);
    await anna.destroy();
    expect(pictureOf(host)).toBe(before);
  });

  it("is refused to another state", async () => {
    const { host, anna, ben } = scene();
    await anna.up(program());
    age(host);
    const { evidence } = await refusal(ben.up(program()));
    expect(evidence).toEqual([
      "gateway belongs to another state of home/test, with dns-work, socks-work, tailnet-work",
    ]);
  });

  it("keeps what runs there and the state does not know, and loses what was left half-made", async () => {
    const { host, anna } = scene();
    await anna.up(program({ tailnets: { work: WORK, lab: LAB } }));
    const [gateway] = program();
    if (gateway === undefined) throw new Error("there is no gateway");
    anna.lose(/lab/);
    const units = ["tsproxy-lab-socks.service", "tsproxy-lab-relay.socket", "tsproxy-lab-relay.service"];
    host.systemd.stop([...units, "tsproxy_socks-lab.service"]);
    age(host);
    await anna.destroy();
    expect(manifestKeys(host)).toEqual(["tailnet-lab"]);
    expect(anna.lines).toEqual([
      "gateway.lan: socks-lab was left behind by an interrupted run; removing it",
      expect.stringContaining("note: tailnet-lab of home/test is not known to this state and stays"),
    ]);
  });
});

function renamed({ name, dependsOn, ...rest }: Registration, old: string, next: string): Registration {
  const other = (text: string) => text.replace(old, next);
  return { ...rest, name: other(name), dependsOn: dependsOn.map(other) };
}

import { HOME, homeHost, node, stacksOf } from "../../fake/home.ts";
import type { Wish } from "../../fake/stack.ts";
import { veth } from "../components/cases.ts";

const WORK = "tsproxy_netns-work.service";

/** A whole gateway, set up. */
async function home() {
  const host = homeHost();
  const stacks = stacksOf(host);
  const up = async () => {
    for (const { stack, resource } of stacks) await stack.up(resource.wish);
  };
  const repair = async () => {
    for (const { stack } of stacks) await stack.refresh();
    await up();
  };
  await up();
  return { host, stacks, repair };
}

describe("the kernel of a host in memory", () => {
  it("holds what the units of a gateway make, each by its name in the manifest", async () => {
    const { host, stacks } = await home();
    const { kernel } = host.systemd;
    const named = stacks.flatMap(({ resource }) => Object.values(resource.wish.desired.kernel).flat());
    expect(named.length).toBeGreaterThan(5);
    expect(String(kernel).split("\n").sort()).toEqual([...named].sort());
  });

  it("is empty when the gateway is gone", async () => {
    const { host, stacks } = await home();
    for (const { stack } of [...stacks].reverse()) await stack.destroy();
    expect(String(host.systemd.kernel)).toBe("");
  });

  it("refuses what is there, what is not, and a link without its namespace", () => {
    const { kernel } = homeHost().systemd;
    kernel.add("namespace tsp-a");
    expect(() => kernel.add("namespace tsp-a")).toThrow("File exists");
    expect(() => kernel.remove("table inet a")).toThrow("No such file");
    expect(() => kernel.add("interface tsp-b")).toThrow("no namespace tsp-b");
  });

  it.each([
    ["a table that was flushed", 1, "reload"],
    ["a namespace that was replaced", 2, "start"],
  ])("shows %s to the unit's check, and a repair mends it", async (_, status, __) => {
    const { host, repair } = await home();
    const before = String(host);
    host.systemd.damage(WORK, status);
    expect(host.systemd.kernel.check(WORK)).toBe(status);
    await repair();
    expect(host.systemd.kernel.check(WORK)).toBe(0);
    expect(String(host)).toBe(before);
  });
});

// Stamps say what the text of a unit was rendered from, not what its process has read: known, and not mended yet.
describe("what a process has really read", () => {
  it("is what lies on the disk after an up", async () => {
    const { host } = await home();
    expect(host.systemd.staleReaders()).toEqual([]);
  });

  it.failing("is right again after a repair of a firewall that was edited and loaded", async () => {
    const { host, repair } = await home();
    host.disk.write("/etc/tsproxy/firewall", "# nothing is closed\n");
    host.systemd.reload(WORK);
    await repair();
    expect(host.systemd.staleReaders()).toEqual([]);
  });

  it.failing("is right again after a repair of a sandbox that was edited, also in another resource's process", async () => {
    const { host, repair } = await home();
    const unit = "tsproxy-work-socks.service";
    host.disk.write("/etc/systemd/system/tsproxy-.service.d/zzzz-sandbox.conf", "[Service]\n");
    host.systemd.reloadFiles();
    host.systemd.restart([unit]);
    await repair();
    expect(host.systemd.staleReaders()).toEqual([]);
  });

  it.failing("is the new text of a unit that was on its way up when it was changed", async () => {
    const { host, stacks } = await home();
    const unit = "tsproxy-work-socks.service";
    host.systemd.dawdle(unit);
    const socks = stacks.find(({ resource }) => resource.key === "socks-work");
    if (socks === undefined) throw new Error("there is no SOCKS port");
    await socks.stack.up(changed(socks.resource.wish));
    expect(host.systemd.staleReaders()).toEqual([]);
  });
});

/** With another text in the server's configuration, and the stamp that belongs to it. */
function changed(wish: Wish): Wish {
  const { files, units } = wish.desired;
  const path = "/etc/tsproxy/work/socks/danted.conf";
  const unitPath = "/etc/systemd/system/tsproxy-work-socks.service";
  const unit = units["tsproxy-work-socks.service"];
  if (unit === undefined) throw new Error("there is no server");
  const text = String(files[unitPath]?.content).replace(unit.started, "0123456789ab");
  return {
    ...wish,
    desired: {
      ...wish.desired,
      files: {
        ...files,
        [path]: { mode: "0644", content: "# another text\n" },
        [unitPath]: { mode: "0644", content: text },
      },
      units: { ...units, "tsproxy-work-socks.service": { ...unit, started: "0123456789ab" } },
    },
  };
}

describe("a network that goes from one tailnet to another in one up", () => {
  // the new namespace is made before the old one goes, which takes the rules for the network with it: not mended yet
  it.failing("has its rules in the end", async () => {
    const host = homeHost();
    const net = veth("10.200.0.12/30");
    const [gateway] = HOME;
    if (gateway === undefined) throw new Error("there is no gateway");
    const [old, next] = [node({ name: "old", veth: net }), node({ name: "next", veth: net })];
    const [first, second, third] = stacksOf(host, [gateway, old, next]).map(({ stack }) => stack);
    await first?.up(gateway.wish);
    await second?.up(old.wish);
    await third?.up(next.wish);
    await second?.destroy();
    expect(host.systemd.kernel.has("rule 5200 to 10.200.0.12/30")).toBe(true);
  });
});

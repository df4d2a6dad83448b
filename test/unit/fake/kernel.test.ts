import { readable } from "../../../components/render/unit/files.ts";
import type { FileSpecs } from "../../../providers/engine/kinds/file.ts";
import { HOME, homeHost, node, stacksOf } from "../../fake/home.ts";
import type { Wish } from "../../fake/stack.ts";
import { stampsOf } from "../../fake/unit-text.ts";

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

describe("what a process has really read", () => {
  it("is what lies on the disk after an up", async () => {
    const { host } = await home();
    expect(host.systemd.staleReaders()).toEqual([]);
  });

  it("is right again after a repair of a firewall that was edited and loaded", async () => {
    const { host, repair } = await home();
    host.disk.write("/etc/tsproxy/firewall", "# nothing is closed\n");
    host.systemd.reload(WORK);
    await repair();
    expect(host.systemd.staleReaders()).toEqual([]);
  });

  it("is right again after a repair of a sandbox that was edited, also in another resource's process", async () => {
    const { host, repair } = await home();
    const unit = "tsproxy-work-socks.service";
    host.disk.write("/etc/systemd/system/tsproxy-.service.d/sandbox.conf", "[Service]\n");
    host.systemd.reloadFiles();
    host.systemd.restart([unit]);
    await repair();
    expect(host.systemd.staleReaders()).toEqual([]);
  });

  it("is the new text of a unit that was on its way up when it was changed", async () => {
    const { host, stacks } = await home();
    const unit = "tsproxy-work-socks.service";
    host.systemd.dawdle(unit);
    const socks = stacks.find(({ resource }) => resource.key === "socks-work");
    if (socks === undefined) throw new Error("there is no SOCKS port");
    const all = Object.assign({}, ...stacks.map(({ resource }) => resource.wish.desired.files));
    await socks.stack.up(changed(socks.resource.wish, all));
    expect(host.systemd.staleReaders()).toEqual([]);
  });
});

/** With another text in the server's configuration, and the stamp that belongs to it. */
function changed(wish: Wish, all: FileSpecs): Wish {
  const { files, units } = wish.desired;
  const path = "/etc/tsproxy/work/socks/danted.conf";
  const name = "tsproxy-work-socks.service";
  const unit = units[name];
  if (unit === undefined) throw new Error("there is no server");
  const texts: FileSpecs = { ...all, ...files, [path]: readable("# another text\n") };
  const unitText = String(files[`/etc/systemd/system/${name}`]?.content);
  const read = (path: string) => String(texts[`/${path.slice(1)}`]?.content);
  const started =
    stampsOf(name, unitText, "ExecStartPost", read).find(([kind]) => kind === "started")?.[1] ?? "";
  return {
    ...wish,
    desired: {
      ...wish.desired,
      files: { ...files, [path]: readable("# another text\n") },
      units: { ...units, [name]: { ...unit, started } },
    },
  };
}

describe("a network that goes from one tailnet to another", () => {
  const net = "10.200.0.12/30";
  const rule = `rule 5200 to ${net}`;

  /** A gateway with one tailnet that has the network, and another one that is to get it. */
  async function moving() {
    const host = homeHost();
    const [gateway] = HOME;
    if (gateway === undefined) throw new Error("there is no gateway");
    const [old, next] = [node({ name: "old", veth: net }), node({ name: "next", veth: net })];
    const [first, second, third] = stacksOf(host, [gateway, old, next]).map(({ stack }) => stack);
    await first?.up(gateway.wish);
    await second?.up(old.wish);
    return { host, next, second, third };
  }

  it("is refused in one up by the name of its owner, since the answers to both would take the way of the first", async () => {
    const { host, next, third } = await moving();
    const before = String(host);
    await expect(third?.up(next.wish)).rejects.toThrow(
      `1 requirement(s) are not met; nothing was changed [requirements]\n  | ${rule} belongs to tailnet-old of stack contract/test, and passes to another resource in two runs`,
    );
    expect(String(host)).toBe(before);
  });

  it("is refused to one that has another network, too", async () => {
    const { host, third } = await moving();
    await third?.up(node({ name: "next", veth: "10.200.0.16/30" }).wish);
    const before = String(host);
    await expect(third?.up(node({ name: "next", veth: net }).wish)).rejects.toThrow(
      `${rule} belongs to tailnet-old`,
    );
    expect(String(host)).toBe(before);
  });

  it("has its rules in two", async () => {
    const { host, next, second, third } = await moving();
    await second?.up(node({ name: "old", veth: "10.200.0.16/30" }).wish);
    await third?.up(next.wish);
    await second?.destroy();
    expect(host.systemd.kernel.has(rule)).toBe(true);
    expect(host.systemd.kernel.check("tsproxy_netns-next.service")).toBe(0);
  });
});

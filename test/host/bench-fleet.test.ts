import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { type OpenFleet, openFleet } from "../../bench/fleet/index.ts";
import { inLab } from "../lab/instance.ts";
import { run } from "../toolchain/command.ts";

const NAME = "benchtst";

/** Milliseconds until the host's sshd has greeted. */
function greeting(address: string): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: 22 });
    socket.once("error", reject).once("data", () => {
      socket.destroy();
      resolve(performance.now() - start);
    });
  });
}

const group = process.env.TSPROXY_LAB === "unavailable" ? describe.skip : describe;

group("a fleet behind its delay line", () => {
  let fleet: OpenFleet;
  const [first, second] = [() => hostOf(0), () => hostOf(1)];
  function hostOf(number: number) {
    const host = fleet.hosts[number];
    if (host === undefined) throw new Error(`there is no host ${number}`);
    return host;
  }

  beforeAll(async () => {
    fleet = await openFleet(NAME, 2);
  }, 120_000);
  afterAll(() => fleet?.close(), 60_000);

  it("takes as long as its round trips", async () => {
    await fleet.delay(100);
    // a handshake, and the way of the greeting
    const far = await greeting(first().address);
    expect(far).toBeGreaterThanOrEqual(150);
    await fleet.delay(0);
  });

  it("counts what crosses it, by connection", async () => {
    await fleet.count();
    await greeting(first().address);
    await greeting(first().address);
    await greeting(second().address);
    const { calls, out, in: into, dropped } = await fleet.count();
    const opened = calls.filter((call) => call.opened);
    expect(opened.map(({ host }) => host)).toEqual([first().address, first().address, second().address]);
    // nothing was said after the handshake
    expect(opened.map(({ turns }) => turns)).toEqual([1, 1, 1]);
    expect(out.bytes).toBeGreaterThanOrEqual(3 * 2 * 52);
    expect(into.bytes).toBeGreaterThan(3 * 60);
    expect(dropped).toBe(0);
  });

  it("is as new after a reset, and shows what was done to it before", async () => {
    const objects = { files: { "/etc/motd": { mode: "0644", content: "" } }, units: [] };
    const before = await fleet.snapshot(first(), objects);
    await fleet.mustExec(first(), "echo changed >/etc/motd; mkdir /srv/left");
    expect(await fleet.snapshot(first(), objects)).not.toBe(before);
    await fleet.reset();
    expect(await fleet.snapshot(first(), objects)).toBe(before);
    await fleet.mustExec(first(), "! ls -d /srv/left");
    expect(await greeting(first().address)).toBeGreaterThan(0);
  }, 60_000);

  it("leaves nothing behind", async () => {
    const device = `tsb${fleet.instance.slot}`;
    await fleet.close();
    expect(existsSync(inLab(NAME))).toBe(false);
    expect(await run(["ip", "netns", "list"])).not.toContain(`tsl-${NAME}`);
    expect(await run(["ip", "-brief", "link"])).not.toMatch(new RegExp(`^${device}\\b`, "m"));
    expect(readFileSync("/proc/self/mounts", "utf8")).not.toContain(`/${NAME}/`);
  }, 60_000);
});

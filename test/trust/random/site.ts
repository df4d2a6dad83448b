import { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { CUTS, Cutter, Killed } from "../../fake/cuts.ts";
import { Deployment } from "../../fake/deployment.ts";
import { bareHost, expectPicture, leftBehind, offerDownloads, pictureOf } from "../../fake/gateway.ts";
import type { Registration } from "../../fake/program.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Case } from "../contract.ts";

/** What is broken on purpose: stands between the engine and a host. */
export type Broken = (host: Host) => Host;

/** Several hosts in memory, and one stack on all of them. */
export class Site {
  readonly stack: Deployment;
  readonly #hosts: readonly FakeHost[];

  constructor(machines: readonly string[], authKeys: readonly string[], broken: Broken = (host) => host) {
    this.#hosts = machines.map((address) => bareHost(address, authKeys));
    this.stack = new Deployment(({ host: address }) => {
      const host = this.#hosts.find(({ name }) => name === address);
      if (host === undefined) throw new Error(`there is no machine ${address}`);
      return broken(host);
    });
  }

  /** @throws Error when a refresh would still find something */
  async up(program: readonly Registration[]): Promise<void> {
    for (const host of this.#hosts) offerDownloads(host, program);
    await this.#up(program);
    const drifted = await this.stack.refresh();
    if (drifted.length > 0) throw new Error(`a refresh finds that ${drifted.join(", ")} drifted`);
  }

  /** As a user does it: where a plain `up` cannot know whose a gateway is, as it says then. */
  async #up(program: readonly Registration[]): Promise<void> {
    try {
      await this.stack.up(program);
    } catch (error) {
      if (!(error instanceof HostError) || !error.message.includes("run `pulumi up --refresh`")) throw error;
      await this.stack.repair(program);
    }
  }

  /** An `up` that comes to its end at some moment. Returns false when it was over before. */
  async cutShort(program: readonly Registration[], chance: Case): Promise<boolean> {
    for (const host of this.#hosts) offerDownloads(host, program);
    // edits are small more often than not
    const cutter = new Cutter(chance.pick(CUTS), chance.below(2 ** (1 + chance.below(8))));
    for (const host of this.#hosts) cutter.lieInWait(host);
    try {
      await this.#up(program);
    } catch (error) {
      if (!(error instanceof Killed) && !(error instanceof HostError && cutter.happened !== null))
        throw error;
    }
    for (const host of this.#hosts) cutter.goAway(host);
    return cutter.happened !== null;
  }

  /** True when the state has the gateway of each host on which there is anything. */
  get hasGateways(): boolean {
    const kept = Object.values(this.stack.outputs).flatMap(({ identity, connection }) =>
      identity.key === "gateway" ? [connection.host] : [],
    );
    return this.#hosts.every(
      ({ name, disk }) => disk.get("/var/lib/tsproxy") === undefined || kept.includes(name),
    );
  }

  /** An admin changes something of ours on a host, and a refresh finds it. */
  async drift(chance: Case): Promise<void> {
    const [host] = chance.shuffled(this.#hosts);
    if (host === undefined) return;
    const { disk, systemd, tailnet } = host;
    // without the configuration of its daemon, a node cannot be logged out any more
    const ours = disk
      .paths("/etc/")
      .filter((path) => disk.text(path) !== null && !path.endsWith("/node.json"));
    const units = systemd.running().map(([unit]) => unit);
    chance.pick([
      () =>
        ours
          .slice(chance.below(ours.length + 1))
          .slice(0, 1)
          .forEach((path) => void disk.remove(path)),
      () =>
        ours
          .slice(chance.below(ours.length + 1))
          .slice(0, 1)
          .forEach((path) => void disk.append(path, "# x")),
      () => systemd.stop(chance.shuffled(units).slice(0, 1)),
      () =>
        chance
          .shuffled(units)
          .slice(0, 1)
          .forEach((unit) => void systemd.disable(unit)),
      () =>
        chance
          .shuffled(units)
          .slice(0, 1)
          .forEach((unit) => void systemd.fail(unit)),
      () =>
        chance
          .shuffled(tailnet.sockets)
          .slice(0, 1)
          .forEach((socket) => void tailnet.expel(socket)),
      () => host.reboot(),
    ])();
    await this.stack.refresh();
  }

  pictures(): string[] {
    return this.#hosts.map(pictureOf);
  }

  /** @throws Error with what differs */
  expectPictures(pictures: readonly string[]): void {
    for (const [n, host] of this.#hosts.entries()) expectPicture(host, pictures[n] ?? "");
  }

  /** Of killed creates, on any host. */
  get leftBehind(): string[] {
    return this.#hosts.flatMap((host) => leftBehind(host, this.stack));
  }
}

import type { Disk } from "./disk.ts";
import { Refusal } from "./refusal.ts";
import type { Systemd } from "./systemd.ts";

const RECORD = "/var/lib/tsproxy/installed";

/** apt, dpkg and the record of what the engine had them install. */
export class Packages {
  readonly installed = new Set<string>(["base-files"]);
  /** What apt can install: the units that each package brings and starts, by name. */
  readonly known: Record<string, readonly string[]> = { curl: [], hello: [], coredns: ["coredns.service"] };
  readonly #disk: Disk;
  readonly #systemd: Systemd;

  constructor(disk: Disk, systemd: Systemd) {
    this.#disk = disk;
    this.#systemd = systemd;
  }

  keepOff(unit: string): void {
    const path = `/etc/systemd/system/${unit}`;
    if (this.#disk.get(path) !== undefined) return;
    this.#disk.append(RECORD, `mask ${unit}`);
    this.#disk.link(path, "/dev/null");
  }

  install(name: string): void {
    const units = this.known[name];
    if (units === undefined) throw new Refusal(`E: Unable to locate package ${name}`);
    if (this.installed.has(name)) return;
    this.#disk.append(RECORD, `package ${name}`);
    this.installed.add(name);
    for (const unit of units) this.#bring(unit);
  }

  /** Only what we installed and no other package needs. */
  purge(name: string, isNeeded: (line: string) => boolean): void {
    const line = `package ${name}`;
    if (!this.#recorded().includes(line) || isNeeded(line)) return;
    this.remove(name);
    this.#forget(line);
  }

  letBe(unit: string, isNeeded: (line: string) => boolean): void {
    const line = `mask ${unit}`;
    if (!this.#recorded().includes(line) || isNeeded(`keepoff ${unit}`)) return;
    this.#disk.remove(`/etc/systemd/system/${unit}`);
    this.#forget(line);
  }

  /** As an admin may do with apt. */
  remove(name: string): void {
    this.installed.delete(name);
    for (const unit of this.known[name] ?? []) {
      if (this.#systemd.isActive(unit)) this.#systemd.stop([unit]);
      this.#disk.remove(`/lib/systemd/system/${unit}`);
    }
  }

  /** What a package brings runs at once, unless it is masked. */
  #bring(unit: string): void {
    this.#disk.write(`/lib/systemd/system/${unit}`, "[Service]\nExecStart=/usr/bin/daemon\n");
    if (this.#disk.get(`/etc/systemd/system/${unit}`) === undefined) this.#systemd.restart([unit]);
  }

  #recorded(): string[] {
    return (this.#disk.text(RECORD) ?? "").split("\n");
  }

  #forget(line: string): void {
    const rest = this.#recorded().filter((each) => each !== line);
    this.#disk.write(RECORD, rest.join("\n"));
  }
}

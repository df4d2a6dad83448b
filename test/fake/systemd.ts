import type { ObservedUnit } from "../../providers/engine/kinds/unit/spec.ts";
import type { Disk } from "./disk.ts";
import { Kernel } from "./kernel.ts";
import { Refusal } from "./refusal.ts";
import { directoriesOf, namesOf, pathsNoted, stampsOf, valuesOf } from "./unit-text.ts";

const OURS = "/etc/systemd/system";
const PACKAGED = "/lib/systemd/system";

/** What systemd holds in memory of a unit that runs or failed: its file as it was when last read. */
interface Loaded {
  state: "active" | "activating" | "restarting" | "failed";
  text: string | null;
  read: number;
  /** Differs from start to start. */
  readonly start: number;
}

/**
 * systemd as far as the engine can tell. It keeps what it has read: a changed file of a unit in memory
 * counts from the next `reloadFiles` on. What runs goes on running when its file is removed.
 */
export class Systemd {
  /** Units whose process exits with an error. */
  readonly broken = new Set<string>();
  readonly kernel: Kernel;
  readonly #disk: Disk;
  readonly #memory = new Map<string, Loaded>();
  /** By unit that runs, the files that its process has read, as they were then. */
  readonly #read = new Map<string, ReadonlyMap<string, string>>();
  #starts = 0;

  constructor(disk: Disk, kernel = new Kernel(disk)) {
    this.#disk = disk;
    this.kernel = kernel;
  }

  /**
   * Units whose process has read something else than lies on the disk now, with the path: what no stamp tells, since
   * stamps are written from the text of the unit.
   */
  staleReaders(): string[] {
    return [...this.#read].flatMap(([unit, files]) =>
      [...files].flatMap(([path, text]) =>
        this.isActive(unit) && this.#disk.text(path) !== text ? [`${unit} ${path}`] : [],
      ),
    );
  }

  /** `undefined`: LoadState=not-found and nothing runs. */
  show(unit: string, check: readonly string[] | null): ObservedUnit | undefined {
    const text = this.#textOf(unit);
    const loaded = this.#memory.get(unit);
    if (text === null && loaded === undefined && !this.#isMasked(unit)) return undefined;
    return {
      active: loaded?.state ?? "inactive",
      enabled: this.#linksOf(unit).length > 0 && this.#fileOf(unit)?.kind === "file",
      masked: this.#isMasked(unit),
      stale: loaded !== undefined && loaded.read !== (this.#fileOf(unit)?.changed ?? 0),
      started: this.#stamp(unit, "started"),
      reloaded: this.#stamp(unit, "reloaded"),
      check: check === null ? null : this.#check(unit, check),
    };
  }

  isLoaded(unit: string): boolean {
    return this.#textOf(unit) !== null;
  }

  isActive(unit: string): boolean {
    return this.#memory.get(unit)?.state === "active";
  }

  /** With the text that systemd has of each. */
  running(): [unit: string, text: string][] {
    return [...this.#memory]
      .filter(([, { state }]) => state === "active")
      .map(([unit, { text }]): [string, string] => [unit, text ?? ""])
      .sort();
  }

  startOf(unit: string): string {
    return String(this.#memory.get(unit)?.start ?? 0);
  }

  reloadFiles(): void {
    for (const [unit, loaded] of this.#memory) {
      loaded.text = this.#textOnDisk(unit);
      loaded.read = this.#fileOf(unit)?.changed ?? 0;
    }
  }

  /** One transaction, as `systemctl restart`: what is bound to a unit that runs is restarted with it. */
  restart(units: readonly string[]): void {
    for (const unit of units) this.#refuseHeldSocket(unit, units);
    const all = new Set(units.flatMap((unit) => [unit, ...this.#boundTo(unit)]));
    for (const loaded of [...all].flatMap((unit) => this.#memory.get(unit) ?? []))
      loaded.state = "restarting";
    for (const unit of all) this.kernel.down(unit);
    const refusals = this.#inOrder([...all]).flatMap((unit) => this.attempt(unit));
    for (const unit of all) if (this.#memory.get(unit)?.state === "restarting") this.#memory.delete(unit);
    if (refusals.length > 0) throw new Refusal(refusals.join("\n"));
  }

  /** What runs is restarted first, then the rest is started. */
  start(units: readonly string[]): void {
    const running = units.filter((unit) => this.isActive(unit) || this.#isOnItsWay(unit));
    this.restart(running);
    this.restart(units.filter((unit) => !running.includes(unit) && !this.isActive(unit)));
  }

  stop(units: readonly string[]): void {
    for (const unit of units) {
      if (this.show(unit, null) === undefined) throw new Refusal(`Unit ${unit} not loaded.`);
      for (const each of [...this.#boundTo(unit), unit]) this.#halt(each);
    }
  }

  resetFailed(unit: string): void {
    if (this.#memory.get(unit)?.state === "failed") this.#memory.delete(unit);
  }

  /** The engine's `stop` disables what has a file and sweeps up what no file explains any more. */
  disable(unit: string): void {
    for (const link of this.#linksOf(unit)) {
      this.#disk.remove(link);
      const directory = link.slice(0, link.lastIndexOf("/"));
      if (this.#disk.isEmpty(directory)) this.#disk.remove(directory);
    }
    if (this.#disk.isEmpty(`${OURS}/${unit}.wants`)) this.#disk.remove(`${OURS}/${unit}.wants`);
  }

  /** As `systemctl reenable`. */
  enable(unit: string): void {
    const file = this.#fileOf(unit);
    if (file === undefined) throw new Refusal(`Unit file ${unit} does not exist.`);
    if (file.kind === "link") throw new Refusal(`Unit file ${unit} is masked.`);
    this.disable(unit);
    for (const target of namesOf(file.text, "WantedBy")) {
      const link = `${OURS}/${target}.wants/${unit}`;
      this.#disk.makeParents(link);
      this.#disk.link(link, `${OURS}/${unit}`);
    }
  }

  reload(unit: string): void {
    const loaded = this.#memory.get(unit);
    if (loaded?.state !== "active") throw new Refusal(`${unit} is not active, cannot reload.`);
    const text = loaded.text ?? "";
    if (valuesOf(text, "ExecReload").length === 0)
      throw new Refusal(`Job type reload is not applicable for unit ${unit}.`);
    if (this.kernel.check(unit) < 2) this.kernel.up(unit, text);
    this.#read.set(unit, this.#filesOf(unit, text));
    this.#note(unit, text, "ExecReload");
  }

  clean(unit: string): void {
    if (this.#memory.has(unit)) throw new Refusal(`Failed to clean unit ${unit}: Unit is not inactive`);
    const text = this.#textOnDisk(unit);
    if (text === null) throw new Refusal(`Failed to clean unit ${unit}: Unit is not loaded`);
    const directories = directoriesOf(text);
    if (directories.length === 0)
      throw new Refusal(`Failed to clean unit ${unit}: No matching resources found.`);
    for (const path of directories) this.#disk.remove(path);
  }

  /** On its way up for longer than a program waits, as after a crash. */
  dawdle(unit: string): void {
    const loaded = this.#memory.get(unit);
    if (loaded !== undefined) loaded.state = "activating";
  }

  /** Ten seconds pass. */
  settle(unit: string): void {
    const loaded = this.#memory.get(unit);
    if (loaded?.state !== "activating") return;
    if (this.broken.has(unit)) throw new Refusal(`${unit}: still activating`);
    loaded.state = "active";
  }

  fail(unit: string): void {
    const loaded = this.#memory.get(unit);
    if (loaded !== undefined) loaded.state = "failed";
    this.kernel.down(unit);
  }

  damage(unit: string, status: number): void {
    this.kernel.damage(unit, status);
  }

  /** Knows what another one knows. Its disk has to be made the same too. */
  become(other: Systemd): void {
    this.#memory.clear();
    for (const [unit, loaded] of other.#memory) this.#memory.set(unit, { ...loaded });
    this.kernel.become(other.kernel);
    this.#read.clear();
    for (const [unit, files] of other.#read) this.#read.set(unit, files);
    this.#starts = other.#starts;
  }

  reboot(): void {
    this.#memory.clear();
    this.kernel.clear();
    this.#read.clear();
    for (const path of this.#disk.paths("/run/tsproxy/")) this.#disk.remove(path);
    for (const target of ["sockets.target", "multi-user.target"]) this.#startWanted(target);
  }

  /** Returns why it did not start. */
  attempt(unit: string): string[] {
    try {
      this.#start(unit);
      return [];
    } catch (error) {
      if (error instanceof Refusal) return [error.message];
      throw error;
    }
  }

  #start(unit: string): void {
    if (this.isActive(unit)) return;
    if (this.#joins(unit)) return;
    if (this.#isMasked(unit)) throw new Refusal(`Unit ${unit} is masked.`);
    const text = this.#textOf(unit);
    if (text === null) throw new Refusal(`Unit ${unit} not found.`);
    for (const needed of needsOf(text)) this.#start(needed);
    const runs = !this.broken.has(unit) && valuesOf(text, "ExecStart").every((line) => this.#isProgram(line));
    this.#memory.set(unit, {
      state: runs ? "active" : "failed",
      text,
      read: this.#memory.get(unit)?.read ?? this.#fileOf(unit)?.changed ?? 0,
      start: ++this.#starts,
    });
    if (!runs) throw new Refusal(`${unit}: Main process exited, code=exited, status=203/EXEC`);
    this.#makeInKernel(unit, text);
    this.#read.set(unit, this.#filesOf(unit, text));
    for (const path of directoriesOf(text)) this.#disk.makeParents(`${path}/x`);
    this.#note(unit, text, "ExecStartPost");
    this.#startWanted(unit);
  }

  /**
   * A start of a unit that is on its way up waits for the job that runs: the process keeps what it has read, and what
   * runs after it (ExecStartPost=, the stamp) is taken from the unit's file as systemd has it by now.
   */
  #joins(unit: string): boolean {
    const loaded = this.#memory.get(unit);
    if (loaded?.state !== "activating" || this.broken.has(unit)) return false;
    loaded.state = "active";
    this.#note(unit, loaded.text ?? "", "ExecStartPost");
    return true;
  }

  #startWanted(unit: string): void {
    const wanted = this.#disk
      .paths(`${OURS}/${unit}.wants/`)
      .map((path) => path.slice(path.lastIndexOf("/") + 1));
    for (const each of this.#inOrder(wanted)) this.attempt(each);
  }

  /** What failed stays failed, what never ran stays unknown. */
  #halt(unit: string): void {
    if (this.#memory.get(unit)?.state === "failed") return;
    this.#memory.delete(unit);
    this.kernel.down(unit);
  }

  /** A script that finds no configuration fails, and with it the unit. */
  #makeInKernel(unit: string, text: string): void {
    try {
      this.kernel.up(unit, text);
    } catch (error) {
      const loaded = this.#memory.get(unit);
      if (loaded !== undefined) loaded.state = "failed";
      throw error;
    }
  }

  /** Files of ours that a process with this unit reads: those that the unit names, and what systemd adds to it. */
  #filesOf(unit: string, text: string): ReadonlyMap<string, string> {
    const named = [...text.matchAll(/\/etc\/tsproxy\/[^\s:"]+/g)].map(([path]) => path);
    const noted = pathsNoted(text);
    const name = /^ExecStart=(?:\+\/usr\/bin\/nsenter \S+ )?\/etc\/tsproxy\/kernel up (\S+)$/m.exec(
      text,
    )?.[1];
    const ofScript =
      name === undefined
        ? []
        : name === "@gateway"
          ? ["/etc/tsproxy/gateway.nft"]
          : ["/etc/tsproxy/firewall", `/etc/tsproxy/${name}/netns.conf`];
    const sandbox = unit.startsWith("tsproxy-") ? [`${OURS}/tsproxy-.service.d/sandbox.conf`] : [];
    const read = [...new Set([...named, ...noted, ...ofScript, ...sandbox])].flatMap(
      (path): [string, string][] => {
        const found = this.#disk.text(path);
        return found === null ? [] : [[path, found]];
      },
    );
    return new Map(read);
  }

  #refuseHeldSocket(unit: string, units: readonly string[]): void {
    const service = unit.replace(/\.socket$/, ".service");
    if (service === unit || units.includes(service) || !this.isActive(service)) return;
    throw new Refusal(`${unit}: Socket service ${service} already active, refusing.`);
  }

  #boundTo(unit: string): string[] {
    return [...this.#memory].flatMap(([each, { state, text }]) =>
      state === "active" && needsOf(text ?? "").includes(unit) ? [each, ...this.#boundTo(each)] : [],
    );
  }

  #inOrder(units: readonly string[]): string[] {
    const depth = (unit: string): number => {
      const before = namesOf(this.#textOf(unit) ?? "", "After").filter((name) => units.includes(name));
      return Math.max(0, ...before.map((name) => depth(name) + 1));
    };
    return [...units].sort((a, b) => depth(a) - depth(b) || (a < b ? 1 : -1));
  }

  /** `null`: no answer. */
  #check(unit: string, [program = ""]: readonly string[]): number | null {
    if (this.#disk.get(program) === undefined) return null;
    return this.kernel.check(unit);
  }

  /** Programs of the distribution are always there. */
  #isProgram(line: string): boolean {
    const program = (line.split(" ")[0] ?? "").replace(/^[-+!:@]*/, "");
    if (!/^\/(etc|usr\/local)\//.test(program)) return true;
    const file = this.#disk.get(program);
    return file?.kind === "file" && (Number.parseInt(file.mode, 8) & 0o111) !== 0;
  }

  #stamp(unit: string, kind: string): string {
    return (this.#disk.text(`/run/tsproxy/${unit}.${kind}`) ?? "").trim();
  }

  #note(unit: string, text: string, key: "ExecStartPost" | "ExecReload"): void {
    const read = (path: string) => this.#disk.text(path) ?? "";
    for (const [kind, value] of stampsOf(unit, text, key, read))
      this.#disk.write(`/run/tsproxy/${unit}.${kind}`, value);
  }

  #isOnItsWay(unit: string): boolean {
    return this.#memory.get(unit)?.state === "activating" && !this.broken.has(unit);
  }

  #fileOf(unit: string) {
    return this.#disk.get(`${OURS}/${unit}`) ?? this.#disk.get(`${PACKAGED}/${unit}`);
  }

  #textOf(unit: string): string | null {
    const loaded = this.#memory.get(unit);
    return loaded === undefined ? this.#textOnDisk(unit) : loaded.text;
  }

  #textOnDisk(unit: string): string | null {
    const file = this.#fileOf(unit);
    return file?.kind === "file" ? file.text : null;
  }

  #isMasked(unit: string): boolean {
    const loaded = this.#memory.get(unit);
    if (loaded !== undefined && loaded.text !== null) return false;
    return this.#fileOf(unit)?.text === "/dev/null";
  }

  #linksOf(unit: string): string[] {
    return this.#disk
      .paths()
      .filter((path) => path.endsWith(`.wants/${unit}`) && path.startsWith(`${OURS}/`));
  }
}

/** What a unit is started with, and stopped and restarted with. */
function needsOf(text: string): string[] {
  return [...namesOf(text, "BindsTo"), ...namesOf(text, "Requires")];
}

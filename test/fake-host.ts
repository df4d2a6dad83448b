import { HostError } from "../providers/engine/errors.ts";
import type { Applied, Host, Order, Question } from "../providers/engine/host.ts";
import type { Identity } from "../providers/engine/kinds/desired.ts";
import type { ObservedFile } from "../providers/engine/kinds/file.ts";
import type { HostPath } from "../providers/engine/kinds/names.ts";
import type { Precondition } from "../providers/engine/kinds/requirement.ts";
import { describe, isInKernel, type Step } from "../providers/engine/plan/step.ts";
import { entries } from "../providers/engine/records.ts";
import type { Manifest } from "../providers/engine/state/manifest.ts";
import { headOf, manifestIn, manifestPath } from "../providers/engine/state/manifest.ts";
import type { Observed } from "../providers/engine/state/observed.ts";
import { join, linesOf, OWNS_NOTHING, type Owned } from "../providers/engine/state/owned.ts";
import { cutOff } from "../providers/engine/wire/confirm-reachable.ts";
import { Disk } from "./fake/disk.ts";
import { download, foundDownload, type Internet, statOf } from "./fake/downloads.ts";
import { Packages } from "./fake/packages.ts";
import { Moved, Refusal } from "./fake/refusal.ts";
import { Systemd } from "./fake/systemd.ts";
import { Tailnet } from "./fake/tailnet.ts";

/** What a program on the host is about to do. */
export type Moment = Step | "look" | "tidy" | "answer";

const LIBRARY = "/var/lib/tsproxy";
/** Whatever lies in it; it is made for what is put there, and not before. */
const RECORDS = `${LIBRARY}/records`;
/** Left out of the text of a host: it does not outlive a boot. */
const VOLATILE = /^\/run\//;

/**
 * A host in memory, with physics: it refuses what a machine refuses, and nothing else. Its parts are
 * the hands of what interferes; `String(host)` is all of it that outlives a boot, and what runs.
 */
export class FakeHost implements Host {
  readonly name: string;
  readonly disk = new Disk();
  readonly systemd = new Systemd(this.disk);
  readonly packages = new Packages(this.disk, this.systemd);
  readonly tailnet = new Tailnet(this.disk, this.systemd);
  readonly internet: Internet = {};
  architecture = "x86_64";
  /** Evidence by the kind of requirement that this host does not meet. */
  readonly lacks: Record<string, string> = {};
  /** Who keeps the lock. */
  lockedBy: string | null = null;
  /** Units that cut the way to this host when they are started or reloaded. */
  readonly cutters = new Set<string>();
  /**
   * Called at each moment of each program. A `Refusal` makes the step fail; any other error ends the program at
   * once, and reaches its sender.
   */
  meanwhile: (moment: Moment) => void = () => {};

  constructor(name = "gateway.lan") {
    this.name = name;
  }

  /** Whether it undoes what cut the way, as it was told to. */
  undoes = true;

  /** No connection comes through. */
  get isCut(): boolean {
    return [...this.cutters].some((unit) => this.systemd.isActive(unit));
  }

  async look({ owned, requirements }: Question): Promise<Observed> {
    this.#refuseIfCut();
    this.meanwhile("look");
    const findings = requirements.flatMap((precondition, requirement) => {
      const evidence = this.lacks[precondition.kind] ?? this.#inTheWay(precondition);
      return evidence === undefined ? [] : [{ requirement, evidence }];
    });
    return { ...this.#observe(owned), findings };
  }

  async apply({ identity, steps, heads = {}, alone = false, owned }: Order): Promise<Applied> {
    this.#refuseIfCut();
    if (this.lockedBy !== null) {
      throw new HostError("locked", {
        host: this.name,
        doing: "change anything",
        because: `locked by ${this.lockedBy}`,
      });
    }
    const claimed = this.#claimed(identity, heads, alone);
    if (claimed !== null)
      return { begun: 0, moved: claimed, failed: null, warnings: [], observed: this.#observe(owned) };
    const warnings: string[] = [];
    let begun = 0;
    let stopped: Pick<Applied, "moved" | "failed"> = { moved: null, failed: null };
    for (const step of steps) {
      begun++;
      const trouble = this.#attempt(step, identity, warnings);
      if (trouble === null) continue;
      stopped = trouble;
      break;
    }
    this.#undoIfCut(steps.slice(0, begun));
    this.meanwhile("tidy");
    this.#tidy();
    this.meanwhile("answer");
    return { ...stopped, begun, warnings, observed: this.#observe(owned) };
  }

  async contents(paths: readonly HostPath[]): Promise<Record<HostPath, string>> {
    return Object.fromEntries(
      paths.flatMap((path) => {
        const text = this.disk.text(path);
        return text === null ? [] : [[path, text]];
      }),
    );
  }

  /** The manifest for which an order is not begun. */
  #claimed(
    { key, project, stack }: Identity,
    heads: NonNullable<Order["heads"]>,
    alone: boolean,
  ): HostPath | null {
    const other = Object.keys(heads).find(
      (each) => heads[each] !== headOf(this.disk.text(manifestPath(each)) ?? ""),
    );
    if (other !== undefined) return manifestPath(other);
    const isOurs = ([each, manifest]: [string, Manifest]) =>
      each !== key && manifest.project === project && manifest.stack === stack;
    return alone && Object.entries(this.#manifests()).some(isOurs) ? manifestPath(key) : null;
  }

  #inTheWay(precondition: Precondition): string | undefined {
    if (precondition.kind !== "absent") return undefined;
    const there = precondition.objects.filter((object) => this.systemd.kernel.has(object));
    return there.length > 0 ? there.join(", ") : undefined;
  }

  /** Another host that is just like this one now, without what interferes. */
  copy(): FakeHost {
    const copy = new FakeHost(this.name);
    copy.disk.become(this.disk);
    copy.systemd.become(this.systemd);
    copy.tailnet.become(this.tailnet);
    for (const key of this.tailnet.keys) copy.tailnet.keys.add(key);
    for (const name of this.packages.installed) copy.packages.installed.add(name);
    Object.assign(copy.packages.known, this.packages.known);
    Object.assign(copy.internet, this.internet);
    return copy;
  }

  reboot(): void {
    this.systemd.reboot();
    this.tailnet.logInWithKeys();
  }

  toString(): string {
    const files = this.disk.paths().flatMap((path) => {
      const entry = this.disk.get(path);
      if (entry === undefined || VOLATILE.test(path)) return [];
      return [
        `${path} ${entry.kind} ${entry.mode} ${entry.owner}`,
        ...entry.text.split("\n").map((line) => `    ${line}`),
      ];
    });
    const units = this.systemd.running().map(([unit]) => `${unit} runs`);
    const kernel = String(this.systemd.kernel);
    return [
      ...files,
      ...units,
      ...(kernel === "" ? [] : [kernel]),
      ...[...this.packages.installed].sort(),
    ].join("\n");
  }

  #attempt(step: Step, identity: Identity, warnings: string[]): Pick<Applied, "moved" | "failed"> | null {
    try {
      this.meanwhile(step);
      this.#do(step, identity, warnings);
      return null;
    } catch (error) {
      if (error instanceof Moved) return { moved: error.path, failed: null };
      if (error instanceof Refusal) {
        return { moved: null, failed: { doing: describe(step), evidence: error.message.split("\n") } };
      }
      throw error;
    }
  }

  #do(step: Step, identity: Identity, warnings: string[]): void {
    const { disk, systemd, packages } = this;
    switch (step.do) {
      case "note":
        disk.makeParents(RECORDS);
        disk.write(manifestPath(step.key), step.text, "0600");
        break;
      case "forget":
        this.#forget(manifestPath(step.key));
        break;
      case "leave":
        warnings.push(...this.tailnet.leave(step.leave));
        break;
      case "stop":
        systemd.stop(step.units);
        for (const unit of step.units) this.#stopped(unit);
        break;
      case "disable":
        for (const unit of step.units) this.#stopped(unit);
        break;
      case "clean":
        each(
          step.units.filter((unit) => systemd.isLoaded(unit)),
          (unit) => systemd.clean(unit),
        );
        break;
      case "unmake":
        for (const object of step.objects) if (systemd.kernel.has(object)) systemd.kernel.remove(object);
        break;
      case "wipe":
        for (const name of step.directories)
          for (const home of ["/var/lib", "/var/cache", "/var/log"]) disk.remove(`${home}/${name}`);
        break;
      case "install":
        each(step.keepOff, (unit) => packages.keepOff(unit));
        each(step.packages, (name) => packages.install(name));
        break;
      case "purge":
        each(step.packages, (name) => packages.purge(name, this.#needsBesides(identity)));
        break;
      case "unmask":
        each(step.units, (unit) => packages.letBe(unit, this.#needsBesides(identity)));
        break;
      case "download":
        this.#makeParents(step.path);
        if (!packages.installed.has("curl")) throw new Refusal("sh: curl: not found");
        download(disk, this.internet, step);
        break;
      case "discard":
        disk.makeParents(RECORDS);
        disk.append(`${LIBRARY}/discarded`, step.path);
        break;
      case "adopt":
        disk.makeParents(RECORDS);
        this.#makeParents(adoptedPath(step.path));
        if (disk.get(adoptedPath(step.path)) === undefined) disk.copy(step.path, adoptedPath(step.path));
        break;
      case "write":
        this.#guard(step);
        this.#keepAgain(step.path);
        this.#makeParents(step.path);
        disk.write(step.path, step.content, step.mode);
        break;
      case "remove":
        this.#guard(step);
        this.#giveBack(step.path);
        break;
      case "reload-systemd":
        systemd.reloadFiles();
        break;
      case "enable":
        each(step.units, (unit) => systemd.enable(unit));
        break;
      case "start":
        systemd.start(step.units);
        this.tailnet.logInWithKeys();
        break;
      case "settle":
        each(step.units, (unit) => systemd.settle(unit));
        break;
      case "reload":
        each(step.units, (unit) => systemd.reload(unit));
        break;
      case "tell":
        warnings.push(...step.units.flatMap((unit) => untold(systemd, unit)));
        break;
    }
  }

  /** The rest of the answer is lost with the connection. */
  #undoIfCut(begun: readonly Step[]): void {
    if (!this.isCut) return;
    const units = begun.filter(isInKernel).flatMap(({ units }) => units);
    if (this.undoes) this.systemd.stop(units);
    if (this.undoes) for (const unit of units) this.systemd.disable(unit);
    throw cutOff(this.name, units, 0, "nobody can be reached");
  }

  /** Emptied first, so that a program that dies while it tidies is called again. */
  #forget(manifest: string): void {
    const [head = ""] = (this.disk.text(manifest) ?? "").split("\n");
    if (this.disk.get(manifest) !== undefined) this.disk.write(manifest, `${head}\n`, "0600");
    this.meanwhile("tidy");
    this.#tidy();
    this.disk.remove(manifest);
    if (this.disk.isEmpty(LIBRARY)) this.disk.remove(LIBRARY);
  }

  #refuseIfCut(): void {
    if (!this.isCut) return;
    throw new HostError("unreachable", { host: this.name, doing: "connect", because: "no answer" });
  }

  #stopped(unit: string): void {
    this.systemd.resetFailed(unit);
    this.systemd.disable(unit);
    for (const kind of ["started", "reloaded"]) this.disk.remove(`/run/tsproxy/${unit}.${kind}`);
  }

  #guard({ path, found }: { path: string; found: string }): void {
    if (this.disk.digest(path) !== found) throw new Moved(path);
  }

  #makeParents(path: string): void {
    for (const parent of this.disk.missingParents(path)) {
      this.disk.makeParents(RECORDS);
      this.disk.append(`${LIBRARY}/dirs`, parent);
      this.disk.makeDirectory(parent);
    }
  }

  #giveBack(path: string): void {
    const kept = adoptedPath(path);
    if (this.disk.get(kept) !== undefined) {
      this.disk.remove(path);
      this.disk.copy(kept, path);
      this.disk.copy(kept, returnedPath(path));
      this.disk.remove(kept);
    } else if (this.disk.get(returnedPath(path)) === undefined) this.disk.remove(path);
  }

  /** What was given back and is wanted again after all. */
  #keepAgain(path: string): void {
    if (this.disk.get(returnedPath(path)) === undefined) return;
    if (this.disk.get(path) !== undefined) this.disk.copy(path, adoptedPath(path));
    this.disk.remove(returnedPath(path));
  }

  /** True for a line that stands in the manifest of another resource. */
  #needsBesides({ key }: Identity): (line: string) => boolean {
    return (line) =>
      this.#manifestPaths().some(
        (path) => path !== manifestPath(key) && (this.disk.text(path) ?? "").split("\n").includes(line),
      );
  }

  /** Takes away downloads that nothing starts from, and directories of ours that are empty. */
  #tidy(): void {
    const returned = this.disk.paths(adoptedPath("/")).filter((path) => path.endsWith(RETURNED));
    for (const path of returned) {
      const line = `file ${path.slice(adoptedPath("").length, -RETURNED.length)}`;
      if (!this.#isNamed(line)) this.disk.remove(path);
    }
    const discarded = this.#linesOf("discarded").filter((path) => {
      if (this.#isWantedAgain(path)) return false;
      if (!this.#isStartedFrom(path)) this.disk.remove(path);
      return this.disk.get(path) !== undefined;
    });
    if (this.#linesOf("discarded").length > 0) {
      this.disk.write(`${LIBRARY}/discarded`, discarded.map((path) => `${path}\n`).join(""));
    }
    const made = this.#linesOf("dirs");
    const left = [...new Set(made)]
      .sort()
      .reverse()
      .filter((path) => {
        if (this.disk.isEmpty(path)) this.disk.remove(path);
        return this.disk.get(path) !== undefined;
      });
    if (made.length > 0) this.disk.write(`${LIBRARY}/dirs`, left.map((path) => `${path}\n`).join(""));
    for (const record of ["dirs", "installed", "discarded"]) {
      if (this.disk.text(`${LIBRARY}/${record}`) === "") this.disk.remove(`${LIBRARY}/${record}`);
    }
    if (this.disk.isEmpty(LIBRARY)) this.disk.remove(LIBRARY);
  }

  #linesOf(record: string): string[] {
    return (this.disk.text(`${LIBRARY}/${record}`) ?? "").split("\n").filter((line) => line !== "");
  }

  #isWantedAgain(path: string): boolean {
    return this.#manifestPaths().some((manifest) =>
      this.disk.text(manifest)?.includes(`\ndownload ${path} `),
    );
  }

  #isNamed(line: string): boolean {
    return this.#manifestPaths().some((path) => this.disk.text(path)?.split("\n").includes(line));
  }

  #isStartedFrom(path: string): boolean {
    const units = this.disk.paths("/etc/systemd/system/").filter((unit) => unit.endsWith(".service"));
    return units.some((unit) => this.disk.text(unit)?.includes(`${path}/`));
  }

  #manifestPaths(): string[] {
    return this.disk
      .paths(`${LIBRARY}/`)
      .filter((path) => /^[^/]+\.manifest$/.test(path.slice(LIBRARY.length + 1)));
  }

  #manifests(): Record<string, Manifest> {
    return Object.fromEntries(
      this.#manifestPaths().map((path) => {
        const lines = (this.disk.text(path) ?? "").split("\n").slice(0, -1);
        const more = path === manifestPath("gateway") ? this.#leftOver() : [];
        return [
          path.slice(LIBRARY.length + 1, -".manifest".length),
          manifestIn([...lines, ...more.map((each) => `download ${each}`)]),
        ];
      }),
    );
  }

  #leftOver(): string[] {
    return this.#linesOf("discarded").filter(
      (path) => !this.#isWantedAgain(path) && !this.#isStartedFrom(path),
    );
  }

  #observe(question: Owned): Observed {
    const manifests = this.#manifests();
    const held = Object.values(manifests).map(({ owned }) => owned ?? OWNS_NOTHING);
    const asked = [...held, question].reduce((all, one) => join(one, all), OWNS_NOTHING);
    const { disk, systemd } = this;
    const members = entries(asked.downloads).flatMap(([path, names]) =>
      names.map((name): HostPath => `${path}/${name}`),
    );
    return {
      architecture: this.architecture,
      addresses: [],
      manifests,
      files: found([...asked.files, ...members], (path) => this.#foundFile(path)),
      units: found(Object.keys(asked.units), (unit) =>
        systemd.show(unit, asked.units[unit as keyof typeof asked.units]?.check ?? null),
      ),
      packages: asked.packages.filter((name) => this.packages.installed.has(name)),
      downloads: found(Object.keys(asked.downloads), (path) => foundDownload(disk, path)),
      probes: Object.fromEntries(
        Object.values(asked.probes).map(({ socket }) => [socket, this.tailnet.answer(socket)]),
      ),
      answered: [...held, question].flatMap(linesOf),
      findings: [],
    };
  }

  #foundFile(path: string): ObservedFile | undefined {
    const entry = this.disk.get(path);
    if (entry === undefined) return undefined;
    const { kind, mode, owner } = entry;
    return {
      kind,
      mode,
      owner,
      stat: statOf(this.disk, path),
      digest: kind === "file" ? this.disk.digest(path) : null,
    };
  }
}

function each<T>(items: readonly T[], act: (item: T) => void): void {
  for (const item of items) act(item);
}

function found<V>(names: readonly string[], ask: (name: string) => V | undefined): Record<string, V> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const answer = ask(name);
      return answer === undefined ? [] : [[name, answer]];
    }),
  );
}

/** A warning about a unit that cannot be reloaded. */
function untold(systemd: Systemd, unit: string): string[] {
  try {
    systemd.reload(unit);
    return [];
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [`${unit} does not know yet that files which it reads have changed: ${error.message}`];
  }
}

const adoptedPath = (path: string) => `${LIBRARY}/adopted${path}`;
const RETURNED = ".returned";
const returnedPath = (path: string) => `${adoptedPath(path)}${RETURNED}`;

import type { Disk } from "./disk.ts";
import { Refusal } from "./refusal.ts";

const CONFIG = "/etc/tsproxy";

/** What the unit's script makes: objects in the words of a manifest, each with what it is made of. */
type Objects = ReadonlyMap<string, string>;

/**
 * What the kernel of a host in memory holds: namespaces, interfaces, rules and tables, by the words that manifests have
 * for them. Units make it from the files that lie on the disk at that moment, as components/templates/place/kernel
 * does; `String(kernel)` is all of it. Gone after a boot.
 */
export class Kernel {
  readonly #objects = new Map<string, string>();
  /** By unit, what it made when it was last started or reloaded. */
  readonly #made = new Map<string, Objects>();
  readonly #disk: Disk;
  #namespaces = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  has(object: string): boolean {
    return this.#objects.has(object);
  }

  /** @throws Refusal where it is there already, or its namespace is not */
  add(object: string, content = ""): void {
    if (this.has(object)) throw new Refusal(`${object}: File exists`);
    const [, link] = /^interface (tsp-\S+)$/.exec(object) ?? [];
    if (link !== undefined && !this.has(`namespace ${link}`))
      throw new Refusal(`${object}: no namespace ${link}`);
    this.#objects.set(object, object.startsWith("namespace ") ? String(++this.#namespaces) : content);
  }

  /** @throws Refusal where it is not there */
  remove(object: string): void {
    if (!this.#objects.delete(object)) throw new Refusal(`${object}: No such file or directory`);
  }

  /** What a unit with this text makes; what is there already is mended. @throws Refusal without its configuration */
  up(unit: string, text: string): void {
    const wanted = this.#wantedBy(unit, text);
    for (const [object, content] of wanted) {
      if (!this.has(object)) this.add(object, content);
      else if (!object.startsWith("namespace ")) this.#objects.set(object, content);
    }
    this.#made.set(
      unit,
      new Map([...wanted.keys()].map((object) => [object, this.#objects.get(object) ?? ""])),
    );
  }

  /** Takes away what the unit made. */
  down(unit: string): void {
    for (const object of this.#made.get(unit)?.keys() ?? []) this.#objects.delete(object);
    this.#made.delete(unit);
  }

  /** As the script's `check`: 0 intact, 1 what `up` mends, 2 what only a restart does. */
  check(unit: string): number {
    const made = this.#made.get(unit);
    if (made === undefined) return 2;
    const differing = [...made].filter(([object, content]) => this.#objects.get(object) !== content);
    if (differing.some(([object]) => object.startsWith("namespace "))) return 2;
    return differing.length > 0 ? 1 : 0;
  }

  /** Takes away what `up` mends (1), or puts another namespace in the place of the unit's (2). */
  damage(unit: string, status: number): void {
    const made = [...(this.#made.get(unit)?.keys() ?? [])];
    const namespace = made.find((object) => object.startsWith("namespace "));
    if (status === 1) for (const object of made.slice(-1)) this.#objects.delete(object);
    else if (status > 1 && namespace !== undefined) this.#objects.set(namespace, String(++this.#namespaces));
    else if (status > 1) this.#made.delete(unit);
  }

  clear(): void {
    this.#objects.clear();
    this.#made.clear();
  }

  become(other: Kernel): void {
    this.clear();
    for (const [object, content] of other.#objects) this.#objects.set(object, content);
    for (const [unit, made] of other.#made) this.#made.set(unit, made);
    this.#namespaces = other.#namespaces;
  }

  toString(): string {
    return [...this.#objects.keys()]
      .filter((object) => !object.startsWith(OTHER))
      .sort()
      .join("\n");
  }

  #wantedBy(unit: string, text: string): Objects {
    const name = /^ExecStart=(?:\+\/usr\/bin\/nsenter \S+ )?\/etc\/tsproxy\/kernel up (\S+)$/m.exec(
      text,
    )?.[1];
    if (name === undefined) return new Map([[`${OTHER}${unit}`, ""]]);
    if (name === "@gateway") return new Map([["table inet tsproxy", this.#read(`${CONFIG}/gateway.nft`)]]);
    if (name.includes(":")) {
      const rules = this.#read(`${CONFIG}/${name.replace(":", "/")}/door.nft`);
      return new Map([[`table inet ${/^table inet (\S+)/m.exec(rules)?.[1]}`, rules]]);
    }
    const settings = this.#read(`${CONFIG}/${name}/netns.conf`);
    const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(settings)?.[1] ?? "";
    return new Map([
      [`namespace ${value("netns")}`, ""],
      [`interface ${value("netns")}`, value("host")],
      [`rule 5200 to ${value("subnet")}`, ""],
      [`rule 5201 iif ${value("netns")}`, ""],
      [`table inet ${value("table")}`, `${settings}${this.#read(`${CONFIG}/firewall`)}`],
      ...(value("user_namespace") === "1" ? [[`mount /run/tsproxy/${name}/user`, ""] as const] : []),
    ]);
  }

  #read(path: string): string {
    const text = this.#disk.text(path);
    if (text === null) throw new Refusal(`${path}: No such file or directory`);
    return text;
  }
}

/** What units make that work in no kernel of ours, such as those of tests. */
const OTHER = "work of ";

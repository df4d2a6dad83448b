import packageFile from "../../package.json" with { type: "json" };
import type { BenchHost, Fleet, Objects, Timing, Tool } from "../contract.ts";
import { resourcesFor } from "../objects.ts";
import type { HostPath } from "../product.ts";
import type { Wanted } from "./program/wanted.ts";
import { type HowToRun, Project } from "./project.ts";
import { outputBytesOf } from "./state.ts";

/** A stack of the real engine: with our resources, or with as many as large ones that do nothing. */
export class EngineTool implements Tool {
  readonly name: string;
  readonly #kind: Wanted["kind"];
  readonly #tailnets: number;
  readonly #outputBytes: Wanted["outputBytes"];
  readonly #dist: string | undefined;
  #prepared: { readonly project: Project; readonly keyFile: string } | undefined;

  private constructor(
    name: string,
    kind: Wanted["kind"],
    tailnets: number,
    outputBytes: Wanted["outputBytes"],
    dist?: string,
  ) {
    this.name = name;
    this.#kind = kind;
    this.#tailnets = tailnets;
    this.#outputBytes = outputBytes;
    this.#dist = dist;
  }

  /**
   * @param tailnets of every host, 0 to 1000
   * @param dist the package as built. @default this checkout's
   */
  static ours(tailnets: number, dist?: string): EngineTool {
    return new EngineTool(`pulumi-tsproxy ${packageFile.version}`, "ours", tailnets, {}, dist);
  }

  /** @param like brought its objects about before: its resources are the measure */
  static async nothing(like: EngineTool): Promise<EngineTool> {
    const outputBytes = outputBytesOf(await like.project.export());
    return new EngineTool(
      "the engine with resources that do nothing",
      "nothing",
      like.#tailnets,
      outputBytes,
    );
  }

  /** @throws Error before `prepare` */
  get project(): Project {
    return this.#ready.project;
  }

  async prepare({ keyFile }: Fleet, _objects: Objects, folder: string): Promise<void> {
    const project = await Project.open(folder, this.#wanted([], keyFile), this.#dist);
    this.#prepared = { project, keyFile };
  }

  /** Makes the stack what a new one is. */
  forget(): void {
    this.project.forget();
  }

  run(hosts: readonly BenchHost[], how: HowToRun = {}): Promise<Timing> {
    return this.up(hosts, {}, how);
  }

  /** @param edits by host name: one file each that this host has otherwise */
  up(
    hosts: readonly BenchHost[],
    edits: Readonly<Record<string, { readonly path: HostPath; readonly content: string }>>,
    how: HowToRun = {},
  ): Promise<Timing> {
    this.project.want(this.#wanted(hosts, this.#ready.keyFile, edits));
    return this.project.up(how);
  }

  /** Looks at every host of the last `up`. @throws Error when something differs */
  refresh(how: HowToRun = {}): Promise<Timing> {
    return this.project.refresh(how);
  }

  get #ready() {
    if (this.#prepared === undefined) throw new Error(`${this.name} was not prepared`);
    return this.#prepared;
  }

  #wanted(
    hosts: readonly BenchHost[],
    privateKeyFile: string,
    edits: Readonly<Record<string, { readonly path: HostPath; readonly content: string }>> = {},
  ): Wanted {
    return {
      kind: this.#kind,
      resources: resourcesFor(this.#tailnets),
      outputBytes: this.#outputBytes,
      hosts: hosts.map(({ name, address, hostKey }) => {
        const edited = edits[name];
        return { name, address, hostKey, privateKeyFile, ...(edited && { edited }) };
      }),
    };
  }
}

import type { LeaveSpec } from "../../providers/engine/model.ts";
import type { TailnetFacts } from "../../providers/engine/tailnet-facts.ts";
import type { Disk } from "./disk.ts";
import type { Systemd } from "./systemd.ts";
import { valuesOf } from "./unit-text.ts";

const STAYS = "the node could not be logged out and stays listed in its tailnet: timed out";

/** The control server of a tailnet and what its daemons on the host know: who is logged in, by socket. */
export class Tailnet {
  /** Those that let a node in, once or often. */
  readonly keys = new Set(["tskey-right"]);
  isReachable = true;
  readonly #loggedIn = new Set<string>();
  readonly #disk: Disk;
  readonly #systemd: Systemd;

  constructor(disk: Disk, systemd: Systemd) {
    this.#disk = disk;
    this.#systemd = systemd;
  }

  /** A daemon that starts logged out shows its key. To be called after anything was started. */
  logInWithKeys(): void {
    for (const [, text] of this.#systemd.running()) {
      const socket = /--socket=(\S+)/.exec(text)?.[1];
      const path = valuesOf(text, "LoadCredential")[0]?.replace(/^\w+:/, "") ?? "";
      if (socket !== undefined && this.isReachable && this.keys.has(this.#disk.text(path) ?? ""))
        this.#loggedIn.add(socket);
    }
  }

  /** `null`: no daemon answers there. */
  facts(socket: string): TailnetFacts | null {
    const runs = this.#systemd.running().some(([, text]) => text.includes(`--socket=${socket}`));
    if (!runs) return null;
    const loggedIn = this.#loggedIn.has(socket);
    return {
      loggedIn,
      state: loggedIn ? "Running" : "NeedsLogin",
      addresses: loggedIn ? ["100.64.0.1"] : [],
      dnsName: loggedIn ? "gateway-work.ts.example" : "",
      suffix: loggedIn ? "ts.example" : "",
      health: loggedIn ? [] : ["invalid key: API key does not exist"],
    };
  }

  /** Somebody removes the node, or its key expires. */
  expel(socket: string): void {
    this.#loggedIn.delete(socket);
  }

  /** Sockets of the daemons whose node is logged in. */
  get nodes(): string[] {
    return [...this.#loggedIn].sort();
  }

  /** Has let in whom another one has. */
  become(other: Tailnet): void {
    this.#loggedIn.clear();
    for (const socket of other.#loggedIn) this.#loggedIn.add(socket);
  }

  isLoggedIn(socket: string): boolean {
    return this.#loggedIn.has(socket);
  }

  /** Never fails; returns what could not be done. */
  leave({ socket, config, tailscale, unit }: LeaveSpec): string[] {
    if (this.#disk.get(config) === undefined || this.#disk.get(tailscale) === undefined) return [];
    if (!this.#systemd.isActive(unit)) this.#systemd.attempt(unit);
    if (!this.isReachable || !this.#systemd.isActive(unit)) return [STAYS];
    this.#loggedIn.delete(socket);
    return [];
  }
}

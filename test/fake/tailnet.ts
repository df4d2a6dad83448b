import { type LeaveSpec, type ProbeAnswer, register } from "../../providers/engine/kinds/extension.ts";
import { answerOf } from "../../providers/tailscale/answers.ts";
import { tailscale } from "../../providers/tailscale/index.ts";
import type { Disk } from "./disk.ts";
import type { Systemd } from "./systemd.ts";
import { valuesOf } from "./unit-text.ts";

register(tailscale);

const STAYS = "the node could not be logged out and stays listed in its tailnet: timed out";

/** Control servers of tailnets, which let in the same key, and what daemons on the host know: who is logged in, by socket. */
export class Tailnet {
  /** Those that let a node in, once or often. */
  readonly keys = new Set(["tskey-right"]);
  isReachable = true;
  /** The server, by socket. */
  readonly #loggedIn = new Map<string, string>();
  /** Each `<server> <socket>`. */
  readonly #nodes = new Set<string>();
  readonly #disk: Disk;
  readonly #systemd: Systemd;

  constructor(disk: Disk, systemd: Systemd) {
    this.#disk = disk;
    this.#systemd = systemd;
  }

  /** A node that is logged out is shown its key, by the unit that has it. To be called after anything was started. */
  logInWithKeys(): void {
    const running = this.#systemd.running();
    const withKeys = running.filter(([, text]) => credentialIn(text) !== "");
    const keys = new Map(withKeys.map(([, text]): [string, string] => [socketIn(text), credentialIn(text)]));
    for (const [, text] of running) {
      const socket = socketIn(text);
      const config = /--config=(\S+)/.exec(text)?.[1];
      const server = this.#serverIn(config);
      if (config === undefined || this.#loggedIn.get(socket) === server) continue;
      this.#loggedIn.delete(socket);
      if (!this.isReachable || !this.keys.has(this.#disk.text(keys.get(socket) ?? "") ?? "")) continue;
      this.#loggedIn.set(socket, server);
      this.#nodes.add(`${server} ${socket}`);
    }
  }

  /** Who is listed where: each `<server> <socket>`. Nodes without a configured server stand alone. */
  get nodes(): readonly string[] {
    return [...this.#nodes].sort();
  }

  #serverIn(config: string | undefined): string {
    const text = config === undefined ? null : this.#disk.text(config);
    return /"ServerURL": "([^"]*)"/.exec(text ?? "")?.[1] ?? "";
  }

  /** `null`: no daemon answers there. */
  answer(socket: string): ProbeAnswer | null {
    const runs = this.#systemd.running().some(([, text]) => text.includes(`--socket=${socket}`));
    if (!runs) return null;
    const loggedIn = this.#loggedIn.has(socket);
    return answerOf({
      loggedIn,
      refusal: loggedIn ? "" : "invalid key: API key does not exist",
      unanswered: "",
      state: loggedIn ? "Running" : "NeedsLogin",
      addresses: loggedIn ? ["100.64.0.1"] : [],
      dnsName: loggedIn ? "gateway-work.ts.example" : "",
      loginPage: "",
      suffix: loggedIn ? "ts.example" : "",
      online: loggedIn,
      nodeKey: "",
      keyExpiry: "",
      expired: false,
      id: "1",
      unapprovedRoutes: 0,
      health: loggedIn ? [] : ["invalid key: API key does not exist"],
    });
  }

  /** An admin removes the node, or its key expires. */
  expel(socket: string): void {
    this.#nodes.delete(`${this.#loggedIn.get(socket)} ${socket}`);
    this.#loggedIn.delete(socket);
  }

  /** Sockets of the daemons whose node is logged in. */
  get sockets(): string[] {
    return [...this.#loggedIn.keys()].sort();
  }

  /** Has let in whom another one has. */
  become(other: Tailnet): void {
    this.#loggedIn.clear();
    this.#nodes.clear();
    for (const [socket, server] of other.#loggedIn) this.#loggedIn.set(socket, server);
    for (const node of other.#nodes) this.#nodes.add(node);
  }

  isLoggedIn(socket: string): boolean {
    return this.#loggedIn.has(socket);
  }

  /** Never fails; returns what could not be done. */
  leave({ socket, config, program, unit, from }: LeaveSpec): string[] {
    if (this.#disk.get(config) === undefined) return [];
    if (this.#disk.get(program) === undefined) return [STAYS];
    if (from !== undefined && this.#serverIn(config) !== from) return [];
    if (!this.#systemd.isActive(unit)) this.#systemd.attempt(unit);
    if (!this.isReachable || !this.#systemd.isActive(unit)) return [STAYS];
    this.expel(socket);
    return [];
  }
}

function socketIn(text: string): string {
  return /--socket=(\S+)/.exec(text)?.[1] ?? "";
}

/** The file that the unit gives to its process, in units of earlier builds as a credential. */
function credentialIn(text: string): string {
  const [given] = valuesOf(text, "StandardInput");
  if (given !== undefined) return given.replace(/^file:/, "");
  return valuesOf(text, "LoadCredential")[0]?.replace(/^\w+:/, "") ?? "";
}

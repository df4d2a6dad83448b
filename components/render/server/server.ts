import type { Desired } from "../../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Link } from "../link/link.ts";
import type { Limits } from "../unit/limits.ts";
import type { Entry } from "../unit/text.ts";

export type Protocol = "socks5" | "http";

/** A program that serves in a place, and sends what its clients want by the link there. */
export interface Server {
  /** TCP port on 127.0.0.1 in its place. */
  readonly port: number;
  /** What its clients may speak on that port. */
  readonly speaks: readonly Protocol[];
  /**
   * True: the program takes the address of the link's interface for all that it sends. That is enough where the
   * firewall of the place keeps that address off other interfaces; else its unit brings a guard that goes by its control group.
   */
  readonly bindsToLink: boolean;
  /** What runs in `setting`. */
  program(setting: Setting): Program;
}

/** What a server is told of where it serves. */
export interface Setting {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  readonly link: Link;
  /** Directory of its configuration files. */
  readonly config: HostPath;
  /** Name of a directory below /run that is the unit's alone. */
  readonly directory: string;
  /** Most connections at a time. */
  readonly sessions: number;
  /** Networks (CIDR, IPv4 and IPv6) to which it must refuse to connect, also when a name leads there. */
  readonly blocked: readonly string[];
  /** Names of those who may log in; empty: everybody may connect. */
  readonly users: readonly string[];
  /** Of the gateway's sing-box. */
  readonly singBoxVersion: string;
}

export interface Program {
  /** Texts of its configuration files by their names; it reads them at start and not again. */
  readonly files: Readonly<Record<string, string>>;
  /** ExecStart= and, where it can be reloaded, ExecReload=. */
  readonly commands: readonly Entry[];
  /** Set where there are users. */
  readonly logins?: {
    /** Lines of shell that print them in the form of the server, from a file for each user in the working directory. */
    readonly print: string;
    /** Lines of [Service] that hand the server the file at `ready`, which is root's alone. */
    readonly lines: (ready: HostPath) => readonly Entry[];
  };
  /** What it can do without: `UNPRIVILEGED`, or as much of it as works. It must have a user of its own. */
  readonly sandbox: readonly Entry[];
  /** What `sessions` at a time take. */
  readonly limits: Limits;
  readonly packages: Desired["packages"];
  readonly requirements: Desired["requirements"];
}

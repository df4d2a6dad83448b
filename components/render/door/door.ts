import type { UnitName } from "../../../providers/engine/kinds/names.ts";
import type { Place } from "../place/place.ts";

/** A TCP port of the host that leads to a server in a place. */
export interface Door {
  /** Of the port, which systemd opens; of the process that carries its connections; of the port's firewall. */
  readonly units: { readonly socket: UnitName; readonly relay: UnitName; readonly firewall: UnitName };
  /** Name of the tailnet on the host, and the word for this way in: `socks`. */
  readonly tailnet: string;
  readonly word: string;
  /** What they are, for people: `SOCKS port of tailnet work`, `Relay of tailnet work`. */
  readonly titles: { readonly socket: string; readonly relay: string };
  /** Interface of the primary tailnet. */
  readonly primaryInterface: string;
  /** Addresses of the host, and the port there. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** What the user wrote it as. @default "port" */
  readonly argument?: string;
  /** Most connections at a time; more are refused. */
  readonly sessions: number;
  /** Networks (CIDR) that may connect. */
  readonly clients: readonly string[];
  /** Where the server is. */
  readonly place: Place;
  /** Its unit, and its port on 127.0.0.1 there. */
  readonly server: { readonly unit: UnitName; readonly port: number };
}

import type { Door } from "../door/door.ts";
import { doorFirewall } from "../door/firewall.ts";
import { relayed } from "../door/relay.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { apart, EVERY, networkUnit, SWITCH_PORT, UNITS } from "./place.ts";
import { switchPart } from "./switch.ts";

/** A port that leads to every tailnet, with every default filled in. */
export interface OnePort {
  readonly port: number;
  /** Most connections at a time. */
  readonly maxSessions: number;
}

/**
 * The port on the primary address, and the switch behind it.
 *
 * @param at where and for whom it is.
 * @param singBoxVersion of the gateway.
 * @param scripts what makes and checks its firewall.
 */
export function onePort(
  { port, maxSessions: sessions }: OnePort,
  at: Pick<Door, "addresses" | "primaryInterface" | "clients">,
  singBoxVersion: string,
  scripts: ReadFiles,
): Part[] {
  const { socket, relay, firewall } = UNITS;
  const door: Door = {
    ...at,
    ...{ port, sessions, argument: "onePort.port" },
    tailnet: EVERY,
    word: "oneport",
    units: { socket, relay, firewall },
    titles: {
      socket: "SOCKS and HTTP port of all tailnets",
      relay: "Relay of the port of all tailnets",
    },
    place: apart,
    server: { unit: UNITS.switch, port: SWITCH_PORT },
  };
  return [
    { units: [networkUnit] },
    switchPart(singBoxVersion, sessions),
    relayed(door),
    doorFirewall(door, scripts),
  ];
}

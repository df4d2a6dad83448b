import { dante } from "./dante.ts";
import type { Server } from "./server.ts";
import { singBox } from "./sing-box.ts";

export type Servers = Readonly<Record<string, Server>>;

const PRODUCT = { "sing-box": singBox, dante };

export type ServerName = keyof typeof PRODUCT;

/** What can serve in a place, by the name that an argument has for it. */
export const servers: Servers = PRODUCT;

export const serverNames: readonly ServerName[] = Object.keys(PRODUCT).filter(isServerName);

export const DEFAULT_SERVER = "sing-box";

export function isServerName(value: unknown): value is ServerName {
  return typeof value === "string" && Object.hasOwn(PRODUCT, value);
}

/** @throws Error if none is called so (the argument lets a name through that is not there). */
export function serverCalled(name: string, known: Servers): Server {
  const server = Object.hasOwn(known, name) ? known[name] : undefined;
  if (server === undefined) throw new Error(`no server is called "${name}"`);
  return server;
}

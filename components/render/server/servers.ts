import { dante } from "./dante.ts";
import type { Server } from "./server.ts";

export type Servers = Readonly<Record<string, Server>>;

/** What can serve in a place, by the name that an argument has for it. */
export const servers: Servers = { dante };

export const DEFAULT_SERVER = "dante";

/** @throws Error if none is called so (the argument lets a name through that is not there). */
export function serverCalled(name: string, known: Servers): Server {
  const server = Object.hasOwn(known, name) ? known[name] : undefined;
  if (server === undefined) throw new Error(`no server is called "${name}"`);
  return server;
}

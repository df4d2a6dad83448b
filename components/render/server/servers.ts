import { dante } from "./dante.ts";
import type { Server } from "./server.ts";
import { singBox } from "./sing-box.ts";

export type Servers = Readonly<Record<string, Server>>;

const PRODUCT = { "sing-box": singBox, dante };

export type ServerName = keyof typeof PRODUCT;

/** What can serve in a place, by the name that an argument has for it. */
export const servers: Servers = PRODUCT;

export const serverNames: readonly ServerName[] = Object.keys(PRODUCT).filter(isServerName);

/** What else speaks SOCKS5 where a tailnet is, and why it serves no port. */
export const unfitServers: ReadonlyMap<unknown, string> = new Map([
  [
    "tailscaled",
    "finds no name below a suffix, and nothing would keep its clients to the tailnet: what they ask for leaves as its own traffic does",
  ],
]);

export const DEFAULT_SERVER = "sing-box";

export function isServerName(value: unknown): value is ServerName {
  return typeof value === "string" && Object.hasOwn(PRODUCT, value);
}

/** Whether it speaks HTTP beside SOCKS5. */
export function speaksHttp(name: ServerName): boolean {
  return PRODUCT[name].speaks.includes("http");
}

/** @throws Error if none is called so (the argument lets a name through that is not there). */
export function serverCalled(name: string, known: Servers): Server {
  const server = Object.hasOwn(known, name) ? known[name] : undefined;
  if (server === undefined) throw new Error(`no server is called "${name}"`);
  return server;
}

/** Absolute path on the host, e.g. `/etc/tsproxy/work/node.json`. Printable ASCII without quotes or blanks. */
export type HostPath = `/${string}`;

/** Full unit name, suffix included, e.g. `tsproxy-work-dns.service`. */
export type UnitName = `${string}.${"service" | "socket" | "target" | "timer"}`;

/** `uname -m` of a host this library has binaries for. */
export type Architecture = "x86_64" | "aarch64";

/** Lower-case hex SHA-256. */
export type Digest = string;

/** Directory of unit files. */
export const UNIT_FILES = "/etc/systemd/system/";

export function unitFilePath(unit: UnitName): HostPath {
  return `${UNIT_FILES}${unit}`;
}

export function isPath(text: string | undefined): text is HostPath {
  return text?.startsWith("/") === true;
}

export function isUnit(text: string | undefined): text is UnitName {
  return text !== undefined && /^[A-Za-z0-9@_.:-]+\.(service|socket|target|timer)$/.test(text);
}

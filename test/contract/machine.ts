import type { Host } from "../../providers/engine/host.ts";
import type { DownloadSpec } from "../../providers/engine/kinds/download.ts";

/** A host to hold the contract against, and a root shell on it for what interferes. */
export interface Machine {
  readonly host: Host;
  /** A small Debian package that is not installed. */
  readonly package: string;
  /** Something the host can fetch with the package `curl`, which need not be there. */
  readonly download: DownloadSpec | null;
  readonly hands: Hands;
  /** All of it that outlives a boot, and what runs, as text. Equal texts mean equal hosts. */
  picture(): Promise<string>;
  /** Differs from start to start of a unit. */
  startOf(unit: string): Promise<string>;
  reboot(): Promise<void>;
  close(): Promise<void>;
}

export interface Hands {
  /** Makes the directories that are missing. */
  write(path: string, text: string, mode?: string): Promise<void>;
  /** `null`: there is no such file. */
  read(path: string): Promise<string | null>;
  chown(path: string, owner: string): Promise<void>;
  link(path: string, target: string): Promise<void>;
  makeDirectory(path: string): Promise<void>;
  remove(path: string): Promise<void>;
  stop(unit: string): Promise<void>;
  disable(unit: string): Promise<void>;
  /** Its process dies and the unit is left in the state `failed`. */
  kill(unit: string): Promise<void>;
  restart(unit: string): Promise<void>;
  reload(unit: string): Promise<void>;
  reloadSystemd(): Promise<void>;
  /** What the contract's ground owns is damaged: 1 so that a reload mends it, 2 so that only a restart does. */
  damageGround(status: 1 | 2): Promise<void>;
  uninstall(name: string): Promise<void>;
}

/** Each resource has a nonce of its own in its manifest; pictures of equal hosts differ in nothing else. */
export function withoutNonces(picture: string): string {
  return picture.replace(/tsproxy (?:1 (\S+ \S+) \S+|2 (\S+ \S+) \S+ \S+)$/gm, "tsproxy $1$2");
}

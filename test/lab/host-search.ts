import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt } from "../toolchain/command.ts";

/** Everywhere on a host where something may be left: what lasts, what does not, and shared memory. */
const PLACES = ["etc", "var", "run", "tmp", "root", "home", "usr/local", "opt", "srv", "dev/shm"];

export interface FoundFile {
  /** On the host. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
}

/**
 * Files of a running host in which one of `needles` stands, binary files and core dumps among them. Nothing is
 * run on the host, and no process is called with the needles.
 *
 * @param leader the host's first process, as this machine sees it
 */
export async function filesWith(leader: number, needles: readonly string[]): Promise<FoundFile[]> {
  const root = `/proc/${leader}/root`;
  const folder = mkdtempSync(join(tmpdir(), "tsproxy-needles-"));
  const list = join(folder, "needles");
  writeFileSync(list, needles.map((needle) => `${needle}\n`).join(""), { mode: 0o600 });
  try {
    const places = PLACES.map((place) => join(root, place)).filter((path) => existsSync(path));
    // devices and pipes are not read; files that go while grep looks are no fault
    const { stdout } = await attempt(["grep", "-rlaFs", "-D", "skip", "-f", list, ...places]);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((path) => {
        const { mode, uid } = statSync(path);
        return { path: path.slice(root.length), mode: mode & 0o7777, uid };
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What every process of a host is called with and has around it now, one text each. */
export async function processTexts(leader: number): Promise<string[]> {
  const { stdout } = await attempt(["ps", "--no-headers", "-eo", "pid,pidns"]);
  const lines = stdout.split("\n").map((line) => line.trim().split(/\s+/));
  const [, namespace] = lines.find(([pid]) => pid === String(leader)) ?? [];
  return lines
    .filter(([, other]) => other === namespace)
    .flatMap(([pid]) => [text(pid, "cmdline"), text(pid, "environ")]);
}

function text(pid: string | undefined, name: string): string {
  const path = `/proc/${pid}/${name}`;
  return existsSync(path) ? `${path} ${readFileSync(path, "latin1")}` : "";
}

import { chmodSync, chownSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A file of a host: its text, or more about it. */
export type HostFile =
  | string
  | { readonly text: string; readonly mode?: number; readonly owner?: number }
  | { readonly link: string };

/** Path on the host -> what belongs there. */
export type HostFiles = Readonly<Record<string, HostFile>>;

/** Writes `files` into the system mounted at `root`. */
export function writeFiles(root: string, files: HostFiles): void {
  for (const [path, file] of Object.entries(files)) writeOne(join(root, path), file);
}

function writeOne(path: string, file: HostFile): void {
  mkdirSync(dirname(path), { recursive: true });
  // A link of the base's would lead the write elsewhere.
  rmSync(path, { force: true });
  if (typeof file !== "string" && "link" in file) {
    symlinkSync(file.link, path);
    return;
  }
  const { text, mode = 0o644, owner = 0 } = typeof file === "string" ? { text: file } : file;
  writeFileSync(path, text);
  chmodSync(path, mode);
  chownSync(path, owner, owner);
}

/** A unit file that starts at boot, as `systemctl enable` would leave it. */
export function enabledUnit(name: string, text: string): HostFiles {
  return {
    [`/etc/systemd/system/${name}`]: text,
    [`/etc/systemd/system/multi-user.target.wants/${name}`]: { link: `/etc/systemd/system/${name}` },
  };
}

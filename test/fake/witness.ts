import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { Sandbox } from "./sandbox.ts";

const SYSTEM = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];
const NOTES = "/run/witness";

/**
 * Stands in for every program of the system: notes what it is called with and which modes the watched files have at
 * that moment, and becomes the program. Where a number is left in `lives`, the shell that called is killed instead
 * when that many programs were called.
 */
const WRAPPER = `#!/bin/sh
name=\${0##*/}
{ printf '%s\\0' "$name" "$@"; } >>${NOTES}/arguments
/usr/bin/env -0 >>${NOTES}/environment
while read -r file; do [ ! -e "$file" ] || /usr/bin/stat -c '%a %u:%g %n' "$file" >>${NOTES}/modes; done <${NOTES}/watched
if [ -f ${NOTES}/lives ]; then
  read -r lives <${NOTES}/lives
  if [ "$lives" -le 0 ]; then /usr/bin/rm ${NOTES}/lives; kill -9 $PPID; exit 1; fi
  echo $((lives - 1)) >${NOTES}/lives
fi
for directory in ${SYSTEM.join(" ")}; do [ ! -x "$directory/$name" ] || exec "$directory/$name" "$@"; done
`;

/** A sandbox in which no program of the system is called unseen, unless by its path. */
export class Witness {
  readonly sandbox = new Sandbox();

  /** @param watched files whose modes are noted each time */
  constructor(watched: readonly string[]) {
    const bin = this.sandbox.path("/usr/local/bin");
    mkdirSync(this.sandbox.path(NOTES));
    writeFileSync(this.sandbox.path(`${NOTES}/watched`), watched.map((path) => `${path}\n`).join(""));
    writeFileSync(`${bin}/witness`, WRAPPER);
    chmodSync(`${bin}/witness`, 0o755);
    const programs = new Set(
      SYSTEM.flatMap((directory) => (existsSync(directory) ? readdirSync(directory) : [])),
    );
    programs.delete("sh"); // the one that runs the programs: its caller is this process
    for (const name of programs) if (!existsSync(`${bin}/${name}`)) symlinkSync("witness", `${bin}/${name}`);
  }

  /** The next shell that calls a program after that many is killed. */
  killAfter(programs: number): void {
    writeFileSync(this.sandbox.path(`${NOTES}/lives`), `${programs}\n`);
  }

  /** What was noted since the last time, as text. */
  notes(): { readonly arguments: string; readonly environment: string; readonly modes: readonly string[] } {
    rmSync(this.sandbox.path(`${NOTES}/lives`), { force: true });
    return {
      arguments: this.#taken("arguments"),
      environment: this.#taken("environment"),
      modes: this.#taken("modes").split("\n").filter(Boolean),
    };
  }

  #taken(name: string): string {
    const path = this.sandbox.path(`${NOTES}/${name}`);
    if (!existsSync(path)) return "";
    const text = readFileSync(path, "utf8");
    rmSync(path);
    return text;
  }
}

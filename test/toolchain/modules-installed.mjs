// Exits 0 when node_modules holds what package-lock.json says. Plain JavaScript for any Node from 18 on: it runs before
// the project's own Node is there.
import { existsSync, readFileSync } from "node:fs";

const read = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

function installed() {
  // npm writes this list last of all.
  if (!existsSync("node_modules/.package-lock.json") || !existsSync("node_modules/.bin/node")) return false;
  const wanted = Object.entries(read("package-lock.json"));
  const found = read("node_modules/.package-lock.json");
  return wanted.every(([path, entry]) => {
    if (path === "") return true;
    // Other platforms' binaries are optional and not installed.
    return found[path]
      ? found[path].integrity === entry.integrity
      : entry.optional === true || entry.peer === true;
  });
}

process.exitCode = installed() ? 0 : 1;

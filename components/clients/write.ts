import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { clientFiles } from "./files.ts";

/** Writes files for clients into the folder that is named, from the facts of a stack on standard input. */

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Usage: pulumi stack output clientKit --json | npm run --silent clients -- FOLDER");
  process.exit(2);
}
for (const [path, content] of Object.entries(clientFiles(JSON.parse(await text(process.stdin))))) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), content);
}
console.log(join(folder, "README.md"));

// One resource per step, as people write it by hand. The program stands in a folder of its own, made by project.ts.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { remote } from "@pulumi/command";
import { type CustomResourceOptions, type Input, secret } from "@pulumi/pulumi";
import type { BenchHost } from "../../contract.ts";
import type { Settings } from "./settings.ts";

const { hosts, keyFile, objects }: Settings = JSON.parse(readFileSync("settings.json", "utf8"));
const privateKey = secret(readFileSync(keyFile, "utf8"));

for (const host of hosts) {
  const files = Object.entries(objects.files).map(([path, { mode, content }]) =>
    step(host, path, put(path, mode), { stdin: mode === "0600" ? secret(content) : content }),
  );
  const digest = createHash("sha256").update(JSON.stringify(objects.files)).digest("hex");
  // Also what holds units back until every file is there.
  const reload = step(
    host,
    "daemon-reload",
    "systemctl daemon-reload",
    { triggers: [digest] },
    { dependsOn: files },
  );
  for (const unit of objects.units)
    step(host, unit, `systemctl --quiet enable --now ${unit}`, {}, { dependsOn: reload });
}

/** Never half a file, and never one that others may read for a moment. */
function put(path: string, mode: string): string {
  const directory = path.slice(0, path.lastIndexOf("/"));
  return `mkdir -p ${directory} && umask 077 && cat >${path}.new && chmod ${mode} ${path}.new && mv ${path}.new ${path}`;
}

function step(
  { name, address, hostKey }: BenchHost,
  what: string,
  create: string,
  more: { readonly stdin?: Input<string>; readonly triggers?: string[] },
  options: CustomResourceOptions = {},
): remote.Command {
  const connection = { host: address, user: "root", hostKey, privateKey };
  const args = { connection, create, logging: remote.Logging.None, addPreviousOutputInEnv: false };
  return new remote.Command(`${name} ${what}`, { ...args, ...more }, options);
}

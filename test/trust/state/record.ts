import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment } from "../../fake/deployment.ts";
import { bareHost, offerDownloads } from "../../fake/gateway.ts";
import { registrationsOf } from "../../fake/program.ts";
import type { Fixture } from "./fixture.ts";

/**
 * Records what this release leaves: `node test/trust/state/record.ts RELEASE`, once for each release, when its formats
 * differ from those of the one before. A record is never changed afterwards.
 */
const [release = ""] = process.argv.slice(2);
if (!/^[0-9a-z.]+$/.test(release)) throw new Error("say which release this is, for example 0.1.0");

const program: Fixture["program"] = JSON.parse(
  readFileSync(join(import.meta.dirname, "program.json"), "utf8"),
);
const registrations = registrationsOf(program.gateways, program.secrets);
const host = bareHost("gateway.lan", Object.values(program.secrets));
offerDownloads(host, registrations);
const stack = new Deployment(() => host);
await stack.up(registrations);
const fixture: Fixture = {
  recordedBy: release,
  recordedAt: new Date().toISOString(),
  program,
  state: stack.state,
  host: {
    files: Object.fromEntries(
      host.disk.paths().flatMap((path) => {
        const entry = host.disk.get(path);
        return entry === undefined || path.startsWith("/run/") ? [] : [[path, entry]];
      }),
    ),
    packages: [...host.packages.installed],
  },
};
writeFileSync(
  join(import.meta.dirname, "records", `${release}.json`),
  `${JSON.stringify(fixture, null, 1)}\n`,
);

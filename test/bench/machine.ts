import { existsSync, readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import packageFile from "../../package.json" with { type: "json" };
import { attempt } from "../toolchain/command.ts";
import { paths } from "../toolchain/toolchain.ts";
import { versions } from "../toolchain/versions.ts";
import type { Machine } from "./results.ts";

/** What it is measured on. */
export function thisMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    system: systemName(),
  };
}

function systemName(): string {
  const text = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return text.match(/^PRETTY_NAME="?([^"\n]*)"?$/m)?.[1] ?? "unknown";
}

/** Of what takes part in everything. */
export async function commonVersions(): Promise<Record<string, string>> {
  const { pulumi } = await paths();
  const { stdout } = await attempt([pulumi, "version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "1" } });
  return {
    "pulumi-tsproxy": packageFile.version,
    Pulumi: stdout.trim().replace(/^v/, "") || versions.pulumi,
    "Node.js": process.versions.node,
  };
}

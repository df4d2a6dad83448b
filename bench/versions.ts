import packageFile from "../package.json" with { type: "json" };
import { attempt } from "../test/toolchain/command.ts";
import { paths } from "../test/toolchain/toolchain.ts";
import { versions } from "../test/toolchain/versions.ts";

/** Of what takes part in every comparison. */
export async function commonVersions(): Promise<Record<string, string>> {
  const { pulumi } = await paths();
  const { stdout } = await attempt([pulumi, "version"], { env: { PULUMI_SKIP_UPDATE_CHECK: "1" } });
  return {
    "pulumi-tsproxy": packageFile.version,
    Pulumi: stdout.trim().replace(/^v/, "") || versions.pulumi,
    "Node.js": process.versions.node,
  };
}

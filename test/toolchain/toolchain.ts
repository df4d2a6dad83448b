import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { basePath } from "./base.ts";
import { inCache } from "./cache.ts";
import { debPoolPath } from "./deb-pool.ts";
import { engineDirectory } from "./engine.ts";
import { goDirectory } from "./go.ts";
import { coredns, headscale, tailscale } from "./go-programs.ts";
import type { Suite } from "./versions.ts";

const checkout = resolve(import.meta.dirname, "../..");

/** Where the prepared things lie. `node test/toolchain/prepare.ts` puts them there. */
export async function paths() {
  return {
    /** The Pulumi engine's program; its language host lies beside it. */
    pulumi: join(await engineDirectory(), "pulumi"),
    tailscaled: join(goDirectory(tailscale), "tailscaled"),
    tailscale: join(goDirectory(tailscale), "tailscale"),
    headscale: join(goDirectory(headscale), "headscale"),
    coredns: join(goDirectory(coredns), "coredns"),
    /** Root of a bare Debian. */
    base: (suite: Suite) => basePath(suite),
    /** A flat package repository. */
    debs: (suite: Suite) => debPoolPath(suite),
  };
}

/**
 * The environment of a `pulumi` process that keeps its state in `stateDirectory` and asks the network for nothing.
 *
 * @param stateDirectory made when missing; holds the stacks' states.
 */
export async function pulumiEnvironment(stateDirectory: string): Promise<Record<string, string>> {
  mkdirSync(stateDirectory, { recursive: true });
  const plugins = resolve(checkout, "../shared/plugins");
  const path = [
    await engineDirectory(),
    join(checkout, "node_modules/.bin"),
    join(checkout, "node_modules/@pulumi/pulumi"),
    ...(existsSync(plugins) ? [plugins] : []),
    process.env.PATH ?? "",
  ];
  return {
    PATH: path.join(delimiter),
    HOME: process.env.HOME ?? "/root",
    LANG: "C.UTF-8",
    NO_COLOR: "1",
    PULUMI_BACKEND_URL: `file://${resolve(stateDirectory)}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    PULUMI_HOME: inCache("pulumi-home"),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_SKIP_CONFIRMATIONS: "true",
    // The SDK's providers would each warn of Node's SQLite, which nothing here uses.
    NODE_OPTIONS: "--disable-warning=ExperimentalWarning",
  };
}

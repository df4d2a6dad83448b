import { join } from "node:path";
import { aptGet } from "../../test/toolchain/apt.ts";
import { basePath, prepareBase, withOverlay } from "../../test/toolchain/base.ts";
import { cached, inCache, recipeId } from "../../test/toolchain/cache.ts";
import { shell } from "../../test/toolchain/command.ts";

/** What the tools that are compared need on a host: Ansible and Mitogen run their modules in Python. */
const packages = ["python3"] as const;

const tidy = `
rm -rf "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* \\
  "$1/usr/sbin/policy-rc.d" "$1/etc/resolv.conf" "$1/etc/apt/sources.list"
`;

/** Lower layers of every measured host, top first: a small Debian, and Python. A minute the first time. */
export async function hostLayers(): Promise<readonly string[]> {
  const base = await prepareBase("bookworm");
  const place = inCache("layer", `bench-${recipeId(basePath("bookworm"), packages, tidy)}`);
  await cached(place, "installing Python for the hosts that are measured", (part) =>
    withOverlay("bookworm", part, async (root) => {
      await shell('export DEBIAN_FRONTEND=noninteractive; exec chroot "$@"', [
        root,
        ...aptGet,
        "install",
        ...packages,
      ]);
      await shell(tidy, [root]);
    }),
  );
  return [join(place, "upper"), base];
}

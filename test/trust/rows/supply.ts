import { readManifest } from "../../toolchain/npm-lock.ts";
import type { Row } from "../contract.ts";
import { badDownloads } from "../supply/downloads.ts";
import { lockedPackages, provenance, runTimePackages, withChange, withPackage } from "../supply/packages.ts";

export const supply: Row = {
  name: "supply",
  title: "bad downloads and packages",
  unproved:
    "Whether the pinned digests are those of honest programs, and whether the packages of the lock are honest, no test can tell; `npm run audit` asks for known weaknesses. Binaries of compilers and linters for other systems than Linux on x86-64 have no digest in the lock, because npm leaves it out (npm/cli#4828): they concern whoever works on the library there. That npm accepts a provenance statement shows with the first release.",
  trials: [badDownloads(), lockedPackages(), runTimePackages(), provenance()],
  faults: [
    {
      name: "the digest of an archive is not compared",
      trial: badDownloads([['[ "$digest" = "$sha" ] ||', "true ||"]]),
    },
    {
      name: "a server may lead anywhere",
      trial: badDownloads([['is_below "$next"', 'true "$next"']]),
    },
    {
      name: "http is good enough where https was asked for",
      trial: badDownloads([["schemes=https", "schemes='http https'"]]),
    },
    {
      name: "what came so far is left",
      trial: badDownloads([['rm -rf "$1.tsproxy-new"; return 1', "return 1"]]),
    },
    {
      name: "a server may send as much as it likes",
      trial: badDownloads([["    ulimit -f $ARCHIVE_BLOCKS\n", ""]]),
    },
    {
      name: "a package comes from a git repository",
      trial: lockedPackages(
        withPackage("node_modules/planted", {
          version: "1.0.0",
          resolved: "git+ssh://git@git.example/planted.git#0123456789abcdef",
        }),
      ),
    },
    {
      name: "a package has no digest",
      trial: lockedPackages(withChange("zod", { integrity: "" })),
    },
    {
      name: "a package needs one that the lock does not have",
      trial: lockedPackages(withChange("mustache", { dependencies: { planted: "1.0.0" } })),
    },
    {
      name: "a run-time dependency begins to need its install script",
      trial: runTimePackages(withChange("mustache", { hasInstallScript: true })),
    },
    {
      name: "a run-time dependency is missing in the bill of materials",
      trial: runTimePackages(withChange("zod", { version: "0.0.0" })),
    },
    {
      name: "a release is published without its provenance",
      trial: provenance({ ...readManifest(), publishConfig: { access: "public" } }),
    },
  ],
};

import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");

/** A package that was unpacked has no history to clone. */
const inRepository = existsSync(join(ROOT, ".git")) ? it : it.skip;

inRepository(
  "a checkout as on Windows has no carriage returns in what goes to hosts",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "tsproxy-crlf-"));
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, encoding: "utf8" });
    try {
      git("-c", "core.autocrlf=true", "clone", "--quiet", "--depth=1", `file://${ROOT}`, ".");
      const files = git("ls-files", "--", "*.sh", "*.mustache", "*.ts").split("\n").filter(Boolean);
      expect(files.length).toBeGreaterThan(100);
      expect(files.filter((file) => readFileSync(join(folder, file)).includes("\r"))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);

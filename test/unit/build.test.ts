import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const checkout = join(__dirname, "../..");

describe("npm run build", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsproxy-build-"));
    // no rm and no cp, as on Windows
    const env = { ...process.env, PATH: "" };
    const args = ["--disable-warning=ExperimentalWarning", join(checkout, "build.ts"), folder];
    execFileSync(process.execPath, args, { cwd: tmpdir(), env });
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("needs nothing but Node, and takes along what the sources read beside them", () => {
    const texts = (root: string) =>
      ["components", "providers"].flatMap((part) =>
        readdirSync(join(root, part), { recursive: true, encoding: "utf8" })
          .filter((name) => /\.(?:mustache|sh)$/.test(name))
          .map((name) => join(part, name)),
      );
    expect(texts(checkout).length).toBeGreaterThan(20);
    expect(texts(folder).sort()).toEqual(texts(checkout).sort());
    expect(existsSync(join(folder, "components/releases/releases.json"))).toBe(true);
  });

  it("makes a command that can be run where it lies", () => {
    const command = join(folder, "components/cli/main.js");
    // what it imports lies beside it where it is installed
    symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"), "junction");
    const help = execFileSync(command, ["pin", "--help"], { encoding: "utf8" });
    expect(help).toContain("Usage: pulumi-tsproxy pin");
  });
});

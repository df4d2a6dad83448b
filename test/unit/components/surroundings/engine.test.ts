import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../docs/documents.ts";

/** Node's own way of finding packages: in a test, names are looked up in another one. */
function engineProblem(folder: string, own: string): unknown {
  const file = join(checkout, "components/surroundings/engine.ts");
  const script = `import { engineProblem } from ${JSON.stringify(file)};
    console.log(JSON.stringify(engineProblem(...process.argv.slice(1))));`;
  const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script, folder, own];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}

describe("the engine of a program", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "tsproxy-engine-")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** A copy of the package, as a package manager would lay it into `into`. */
  function install(into: string, version: string): string {
    const place = join(into, "node_modules/pulumi-tsproxy");
    const exports = { "./package.json": "./package.json" };
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, "package.json"), JSON.stringify({ name: "pulumi-tsproxy", version, exports }));
    return place;
  }

  it("is told to be missing where only a package in between depends on it", () => {
    const wrapper = join(folder, "node_modules/.pnpm/wrapper");
    const own = install(wrapper, "0.2.0");
    expect(engineProblem(folder, own)).toBe(
      `pulumi-tsproxy is no package of ${folder}, where Pulumi looks for what acts on hosts: add it to the dependencies of the program too (npm install pulumi-tsproxy, pnpm add pulumi-tsproxy), in the version of the package that uses it`,
    );
  });

  it("is told to be another one than the components are made by", () => {
    const engine = install(folder, "0.1.0");
    const own = install(join(folder, "node_modules/wrapper"), "0.2.0");
    expect(engineProblem(folder, own)).toBe(
      `components are made by pulumi-tsproxy 0.2.0 of ${own}, and pulumi-tsproxy 0.1.0 of ${engine} would act on the host: make both one version, that of the program's own dependency`,
    );
  });

  it("may be another copy of the same version, and that of the checkout itself", () => {
    install(folder, "0.2.0");
    expect(engineProblem(folder, install(join(folder, "node_modules/wrapper"), "0.2.0"))).toBeNull();
    expect(engineProblem(join(checkout, "examples/minimal"), checkout)).toBeNull();
  });
});

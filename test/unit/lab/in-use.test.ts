import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseInUse, use } from "../../lab/in-use.ts";
import { identity } from "../../toolchain/lock.ts";

const directory = mkdtempSync(join(tmpdir(), "tsproxy-in-use-"));
afterAll(() => rmSync(directory, { recursive: true }));

const refused = () => refuseInUse("lab", directory);

(existsSync("/proc/self/stat") ? describe : describe.skip)("a laboratory", () => {
  it("may be taken where no process uses it, and again by the one that does", () => {
    expect(refused).not.toThrow();
    use(directory);
    expect(refused).not.toThrow();
  });

  it("is refused while another process uses it, and may be taken when that is gone", async () => {
    const other = spawn("sleep", ["60"], { stdio: "ignore" });
    await once(other, "spawn");
    writeFileSync(join(directory, "user"), identity(other.pid ?? 0) ?? "");
    expect(refused).toThrow(`laboratory lab is in use by process ${other.pid} (sleep 60)`);
    other.kill();
    await once(other, "exit");
    expect(refused).not.toThrow();
  });
});

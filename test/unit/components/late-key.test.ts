import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** What a program registers whose auth key is an output, and what it says. */
function programWith(key: string) {
  const args = ["--disable-warning=ExperimentalWarning", join(__dirname, "late-key.ts"), key];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, registered: stdout.split("\n"), stderr };
}

describe("an auth key that is an output", () => {
  it("is taken once it is known", () => {
    const { status, registered } = programWith("tskey-auth-1");
    expect(status).toBe(0);
    expect(registered).toContain("work-tailnet");
  }, 30_000);

  it("is refused once it is known, before its resource is registered", () => {
    const { status, registered, stderr } = programWith("tskey-client-1");
    expect(status).toBe(1);
    expect(registered).not.toContain("work-tailnet");
    expect(stderr).toContain('NetnsTailnet "work": 1 problem\n  authKey: is an OAuth client secret');
    expect(stderr).not.toContain("tskey-client-1");
  }, 30_000);
});

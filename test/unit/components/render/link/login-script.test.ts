import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loginScript } from "../../../../../components/render/link/online-unit.ts";

/** What a tailscaled says, and what it says next each time that it is told to start. */
interface Node {
  readonly says: object;
  readonly next?: readonly object[];
}

const KEY = "tskey-auth-1\n";

interface With {
  /** `null`: there is no file for it. */
  readonly key?: string | null;
  /** Whether a browser logs the node in. */
  readonly browser?: boolean;
  /** How long the script waits. */
  readonly seconds?: number;
}

const RUNNING = { BackendState: "Running" };
const LOGGED_OUT = { BackendState: "NeedsLogin", AuthURL: "https://login.example/a/1", Health: [] };
const refusing = (words: string) => ({
  BackendState: "NoState",
  AuthURL: "",
  Health: [`You are logged out. The last login error was: ${words}`],
});

/** Stands in for `tailscale`: the daemon's state is a file, and each start takes the next one. */
const TAILSCALE = `#!/bin/sh
cd "\${0%/*}"
shift
case $1 in
  wait) echo "$2" >>waits; grep -q '"Running"' status ;;
  status) [ "$2" = --json ] && cat status || echo "Logged out." ;;
  debug)
    cat >>bodies
    n=$(($(cat starts) + 1))
    echo $n >starts
    [ ! -f "status.$n" ] || cp "status.$n" status
    ;;
esac
`;

describe("the script that logs a node in", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tsproxy-login-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const got = (name: string) => readFileSync(join(folder, name), "utf8");
  const run = ({ says, next = [] }: Node, { key = KEY, browser = false, seconds = 60 }: With = {}) => {
    put("tailscale", TAILSCALE);
    chmodSync(join(folder, "tailscale"), 0o755);
    put("login", loginScript());
    put("starts", "0");
    put("bodies", "");
    for (const [index, said] of [says, ...next].entries())
      put(index === 0 ? "status" : `status.${index}`, `${JSON.stringify(said, null, 2)}\n`);
    const by = browser ? "browser" : "key";
    const words = ["work", String(seconds), by, join(folder, "tailscale"), `--socket=${folder}/s`];
    const { status, stderr } = spawnSync("sh", [join(folder, "login"), ...words], {
      input: browser ? "" : (key ?? ""),
      env: { PATH: process.env.PATH ?? "" },
      encoding: "utf8",
    });
    return { status, stderr, bodies: got("bodies") };
  };

  it("shows no key to a node that is logged in", () => {
    expect(run({ says: RUNNING })).toEqual({ status: 0, stderr: "", bodies: "" });
  });

  it("shows the key once to a node that is logged out", () => {
    const bodies = '{"AuthKey":"tskey-auth-1"}\n';
    expect(run({ says: LOGGED_OUT, next: [RUNNING] })).toEqual({ status: 0, stderr: "", bodies });
  });

  it("shows it too where a control server refuses a login without one", () => {
    const bodies = '{"AuthKey":"tskey-auth-1"}\n';
    const says = refusing("invalid authkey");
    expect(run({ says, next: [RUNNING] })).toEqual({ status: 0, stderr: "", bodies });
    expect(got("waits")).not.toContain("300");
  });

  it("gives every character of the key, and no more than its line", () => {
    const { bodies } = run({ says: LOGGED_OUT, next: [RUNNING] }, { key: 'a"b\\c&d\ne\n' });
    expect(JSON.parse(bodies)).toEqual({ AuthKey: 'a"b\\c&d' });
  });

  it.each([
    "authkey already used",
    "invalid key: API key kABC does not exist",
    "requested tags [tag:x] are invalid",
  ])("fails at once, with the control server's words, when it refuses the key: %s", (words) => {
    const { status, stderr, bodies } = run({ says: LOGGED_OUT, next: [refusing(words)] });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `tailnet work: the control server refuses the login: ${words}\n`,
    });
    expect(bodies).toBe('{"AuthKey":"tskey-auth-1"}\n');
    expect(got("waits").trim().split("\n")).toEqual(["--timeout=1s", "--timeout=1s", "--timeout=2s"]);
  });

  it("tries what was refused before without the key first, and not at once", () => {
    const says = refusing("invalid key: API key does not exist");
    put("login-tried", "key");
    expect(run({ says, next: [RUNNING] })).toEqual({ status: 0, stderr: "", bodies: "{}\n" });
    expect(got("waits").split("\n")[0]).toBe("--timeout=300s");
  });

  it.each([
    'fetch control key: Get "https://c.example/key?v=1": dial tcp: i/o timeout',
    "register request: http 502: bad gateway",
    "node registration rate limited; will retry after 1m0s",
  ])("takes for no refusal that the control server was not reached: %s", (words) => {
    const { status, stderr, bodies } = run({ says: refusing(words) }, { seconds: 1 });
    expect(status).toBe(1);
    expect(stderr).toContain("tailnet work: not online after 1 s; tailscale says:\nLogged out.\n");
    expect(bodies).toBe("");
  });

  it("names the page for a browser at once, and once", () => {
    const first = run({ says: LOGGED_OUT }, { key: null, browser: true });
    expect(first).toEqual({
      status: 1,
      stderr: "tailnet work: log the node in at https://login.example/a/1\n",
      bodies: "",
    });
    const second = run({ says: LOGGED_OUT }, { key: null, browser: true, seconds: 1 });
    expect(second.stderr).toBe("tailnet work: not online after 1 s; tailscale says:\nLogged out.\n");
  });

  it.each([null, ""])("says that systemd has given it no key, where it finds %j", (key) => {
    expect(run({ says: LOGGED_OUT }, { key })).toEqual({
      status: 1,
      stderr:
        "tailnet work: systemd has given no auth key to this unit: does a drop-in reset StandardInput?\n",
      bodies: "",
    });
  });

  it("says that a node waits for approval", () => {
    const { status, stderr } = run({ says: { BackendState: "NeedsMachineAuth" } }, { seconds: 1 });
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: "tailnet work: an administrator of the tailnet has to approve the node\n",
    });
  });
});

import { answerOf } from "../../../providers/tailscale/answers.ts";
import { statusIn } from "../../../providers/tailscale/status.ts";

const NOW = Date.parse("2026-12-01T00:00:00Z");

const SELF = { Online: true, DNSName: "home.ts.example.", PublicKey: "nodekey:abc" };

/** What is said of a node that is well but for `parts`. */
function answer(
  parts: Readonly<Record<string, unknown>>,
  self: object = {},
  metrics: readonly string[] = [],
) {
  const said = { BackendState: "Running", HaveNodeKey: true, Self: { ...SELF, ...self }, ...parts };
  const status = statusIn(JSON.stringify(said), metrics);
  if (status === null) throw new Error("no status");
  return answerOf(status, NOW);
}

describe("what there is to say about a node", () => {
  it("is nothing when all is well", () => {
    expect(answer({}).warnings).toEqual([]);
    expect(answer({}, { KeyExpiry: "0001-01-01T00:00:00Z" }).warnings).toEqual([]);
    expect(answer({}, { KeyExpiry: "2027-01-01T00:00:00Z" }).warnings).toEqual([]);
  });

  it.each([
    "Tailscale is starting. Please wait.",
    "Some peers are advertising routes but --accept-routes is false",
    "An update from version 1.102.4 to 1.104.7 is available.",
    "A security update from version 1.102.4 to 1.104.7 is available.",
  ])("is nothing for %j", (line) => {
    expect(answer({ Health: [line] }).warnings).toEqual([]);
  });

  it("is what tailscaled complains of, in its own words", () => {
    const line = "Subnet routing is enabled, but IP forwarding is disabled.";
    expect(answer({ Health: [line] }).warnings).toEqual([line]);
  });

  it("has the number of the node and of its routes as long as some wait for approval, and no longer", () => {
    const metrics = ["tailscaled_advertised_routes 4", "tailscaled_approved_routes 1"];
    expect(answer({}, { ID: "3" }, metrics).facts).toMatchObject({ id: "3", unapprovedRoutes: 3 });
    expect(Object.keys(answer({}, { ID: "3" }).facts)).not.toEqual(
      expect.arrayContaining(["id", "unapprovedRoutes"]),
    );
  });

  it("is that it is offline", () => {
    const { warnings, healthy } = answer({}, { Online: false });
    expect(warnings).toEqual([
      expect.stringMatching(/^the node is offline: its control server does not answer/),
    ]);
    expect(healthy).toBe(true);
  });

  it("is that it has a login and is not in its tailnet, which is no reason to start it again", () => {
    const words = 'fetch control key: Get "https://c.example/key": connection refused';
    const Health = [`You are logged out. The last login error was: ${words}`];
    const { warnings, healthy } = answer({ BackendState: "NoState", Health });
    expect(warnings).toEqual([
      `the node is not in its tailnet (NoState); its control server was not reached: ${words}`,
    ]);
    expect(healthy).toBe(true);
  });

  it("is that its login ends within a month, by the day alone", () => {
    const { warnings, facts } = answer({}, { KeyExpiry: "2026-12-20T10:00:00Z" });
    expect(warnings).toEqual([expect.stringMatching(/^the login of the node ends on 2026-12-20: /)]);
    expect(facts.keyExpiry).toBe("2026-12-20T10:00:00Z");
  });

  it("is that its login has expired", () => {
    const { warnings, trouble } = answer(
      { BackendState: "NeedsLogin" },
      { Expired: true, KeyExpiry: "2026-11-30T00:00:00Z" },
    );
    expect(warnings).toEqual(["the login of the node has expired"]);
    expect(trouble?.because).toBe("the login of the node has expired");
  });

  it("is that its login has expired where the daemon still runs by it, too", () => {
    const { warnings, healthy } = answer({}, { Expired: true });
    expect(warnings).toEqual(["the login of the node has expired"]);
    expect(healthy).toBe(false);
  });

  it("is an error of a login that a node that runs has had, in Tailscale's words", () => {
    const line = "You are logged out. The last login error was: authkey already used";
    expect(answer({ Health: [line] }).warnings).toEqual([line]);
  });

  it("is how it is unlocked where tailnet lock keeps it out", () => {
    const line = "Tailnet lock: this node is locked out; it will not have connectivity until it is signed.";
    expect(answer({ Health: [line] }).warnings).toEqual([
      'the node is locked out by tailnet lock: on a signing node of the tailnet run "tailscale lock sign nodekey:abc"',
    ]);
  });

  it.each([
    [0, 0, []],
    [1, 0, [expect.stringMatching(/^1 advertised route is not approved yet: /)]],
    [3, 1, [expect.stringMatching(/^2 advertised routes are not approved yet: /)]],
  ])("is which of %i advertised routes, %i of them approved, wait", (advertised, approved, warnings) => {
    const metrics = [`tailscaled_advertised_routes ${advertised}`, `tailscaled_approved_routes ${approved}`];
    expect(answer({}, {}, metrics).warnings).toEqual(warnings);
  });

  it("is kept among its facts", () => {
    expect(answer({ Health: ["it is tired"] }).facts.health).toEqual(["it is tired"]);
  });
});

describe("what to do about a node that is out", () => {
  const refused = (words: string) =>
    answer({ BackendState: "NoState", Health: [`You are logged out. The last login error was: ${words}`] })
      .trouble;

  it.each(["authkey already used", "authkey expired", "invalid key: API key does not exist"])(
    "is a new key after %j",
    (words) => {
      expect(refused(words)).toEqual({
        because: `the control server refuses the login: ${words}`,
        remedy: expect.stringMatching(/make a new one in that tailnet, give it as authKey/),
      });
    },
  );

  it("is a key with other tags where those of the key are refused", () => {
    const words = "requested tags [tag:gateway] are invalid or not permitted";
    expect(refused(words)?.remedy).toBe("give an authKey with tags that the policy of the tailnet permits");
  });

  it("is a browser, or a new key, where the control server has named a page", () => {
    const said = answer({ BackendState: "NeedsLogin", AuthURL: "https://login.example/a/1" });
    expect(said.trouble).toEqual({
      because: "the node is logged out (NeedsLogin)",
      remedy:
        "open https://login.example/a/1 in a browser and log in there, or give a new authKey; then run the same command again",
    });
    expect(JSON.stringify([said.facts, said.warnings])).not.toContain("login.example");
  });

  it("is to approve the device where it waits for that, and not a new key", () => {
    expect(answer({ BackendState: "NeedsMachineAuth" }).trouble).toEqual({
      because: "the node waits for the approval of an administrator of the tailnet",
      remedy: "approve the device in the console of the tailnet, or give a pre-approved key as authKey",
    });
  });

  it.each(["NoState", "NeedsLogin"])("is the clock where that makes a certificate invalid (%s)", (state) => {
    const words =
      'fetch control key: Get "https://c.example/key": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-30T11:00:00Z is before 2027-11-30T11:00:00Z';
    const Health = [`You are logged out. The last login error was: ${words}`];
    const { trouble } = answer({ BackendState: state, HaveNodeKey: false, Health });
    expect(trouble?.remedy).toMatch(/^set the clock of the host/);
    expect(trouble?.because).toBe(`the control server was not reached: ${words}`);
  });

  it("is not known where the control server was not reached", () => {
    const words = 'fetch control key: Get "https://c.example/key": connection refused';
    const parts = { BackendState: "NoState", HaveNodeKey: false };
    const Health = [`You are logged out. The last login error was: ${words}`];
    expect(answer({ ...parts, Health }).trouble).toEqual({
      because: `the control server was not reached: ${words}`,
      remedy: null,
    });
  });

  it("is nothing for a node that is logged in", () => {
    expect(answer({}).trouble).toBeNull();
  });
});

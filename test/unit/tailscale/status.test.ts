import fc from "fast-check";
import { answersIn } from "../../../providers/tailscale/answers.ts";
import { nodeFactsIn, statusIn } from "../../../providers/tailscale/status.ts";

const answersOf = (text: string) => answersIn(text.split("\n"));

describe("the answers of several nodes", () => {
  it("keeps the nodes of different tailnets apart, whatever their probes are called", () => {
    const status = (state: string) => ` {"BackendState":"${state}","HaveNodeKey":true}`;
    const probes = answersOf(`${status("Running")}\n@ /run/a.sock\n${status("NeedsLogin")}\n@ /run/b.sock\n`);
    expect(probes["/run/a.sock"]?.healthy).toBe(true);
    expect(probes["/run/b.sock"]?.healthy).toBe(false);
  });

  it("takes what a node says for that node's words only, whatever it says", () => {
    const word = fc.constantFrom(
      "@ /run/b.sock",
      "= units",
      "= end 0",
      `{"BackendState":"Running"}`,
      "",
      " ",
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const said = words.map((line) => ` ${line}\n`).join("");
        const other = ` {"BackendState":"NeedsLogin"}\n@ /run/b.sock\n`;
        for (const lines of [`${said}@ /run/a.sock\n${other}`, `${other}${said}@ /run/a.sock\n`]) {
          const probes = answersOf(`${lines}`);
          expect(Object.keys(probes).sort()).toEqual(["/run/a.sock", "/run/b.sock"]);
          expect(probes["/run/b.sock"]?.facts.state).toBe("NeedsLogin");
        }
      }),
    );
  });

  it("knows nothing of a node whose answer was cut before its end", () => {
    expect(answersOf(' {"BackendState":"Running","HaveNodeKey":true}\n')).toEqual({});
  });
});

describe("what a tailscaled says of itself", () => {
  const status = (parts: Record<string, unknown>) =>
    JSON.stringify({ BackendState: "Running", HaveNodeKey: true, ...parts });

  it.each([
    ["Running", true, true],
    ["Starting", true, true],
    ["Stopped", true, true],
    ["NoState", true, true],
    ["NoState", false, false],
    ["NeedsLogin", true, false],
    ["NeedsLogin", false, false],
    ["NeedsMachineAuth", true, false],
    ["Running", undefined, false],
  ])("in state %s with node key %s means logged in: %s", (BackendState, HaveNodeKey, loggedIn) => {
    expect(statusIn(status({ BackendState, HaveNodeKey }))?.loggedIn).toBe(loggedIn);
  });

  it.each(["", "{", "Failed to connect to local Tailscale daemon", "\u0000"])(
    "is nothing when it says %j",
    (json) => {
      expect(statusIn(json)).toBeNull();
    },
  );

  it.each(["null", "[]", '"text"', '{"Self":null,"TailscaleIPs":null,"Health":[1,null],"MagicDNSSuffix":7}'])(
    "has empty fields where %s has other ones",
    (json) => {
      expect(statusIn(json)).toEqual({
        loggedIn: false,
        refusal: "",
        unanswered: "",
        state: "",
        addresses: [],
        dnsName: "",
        loginPage: "",
        suffix: "",
        online: true,
        nodeKey: "",
        keyExpiry: "",
        expired: false,
        id: "",
        unapprovedRoutes: 0,
        health: [],
      });
    },
  );

  it.each([
    ["NoState", "authkey already used", "authkey already used"],
    ["NoState", "invalid key: API key kABC does not exist", "invalid key: API key kABC does not exist"],
    ["NoState", 'fetch control key: Get "https://c.example/key": connection refused', ""],
    ["NoState", "register request: http 502: bad gateway", ""],
    ["NoState", "node registration rate limited; will retry after 1m0s", ""],
    ["Running", "authkey already used", ""],
  ])("in state %s after the login error %j was refused with %j", (BackendState, error, refusal) => {
    const said = statusIn(
      status({ BackendState, Health: [`You are logged out. The last login error was: ${error}`] }),
    );
    expect(said?.refusal).toBe(refusal);
    expect(said?.loggedIn).toBe(refusal === "");
  });

  it("keeps the words of its health", () => {
    expect(statusIn(status({ Health: ["not in map poll"] }))?.health).toEqual(["not in map poll"]);
  });
});

describe("what a component reads of a node's facts", () => {
  it("is unknown and empty before the node was asked", () => {
    expect(nodeFactsIn(undefined)).toEqual({
      state: "unknown",
      addresses: [],
      dnsName: "",
      suffix: "",
      keyExpiry: "",
      health: [],
    });
  });

  it("is what the node said", () => {
    const facts = {
      state: "Running",
      addresses: ["100.64.0.7"],
      dnsName: "home.ts.example",
      suffix: "ts.example",
      keyExpiry: "2027-01-01T00:00:00Z",
      health: ["it is tired"],
    };
    expect(nodeFactsIn({ ...facts, other: 1 })).toEqual(facts);
  });
});

import { checkGateway } from "../../../components/arguments/gateway.ts";
import { ArgumentsError } from "../../../components/arguments/values/problem.ts";
import { readConfiguration } from "../../../components/configuration/read.ts";

const digests = { sha256: { x86_64: "a".repeat(64) } };
const home = {
  ssh: { host: "gateway.lan", hostKey: `ssh-ed25519 ${"A".repeat(68)}` },
  primaryAddress: "100.64.0.10",
  tailscale: digests,
  coredns: digests,
};
const secrets = { "home/work/authKey": "tskey-1", "home/lab/authKey": "tskey-2" };

function problemsOf(gateways: unknown, given: unknown): string {
  try {
    readConfiguration(gateways, given);
    return "";
  } catch (error) {
    if (error instanceof ArgumentsError) return error.message;
    throw error;
  }
}

describe("the configuration", () => {
  it("becomes gateways with tailnets, ports and suffixes", () => {
    const tailnets = { work: { socks: { port: 11080 }, dns: null }, lab: {} };
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----";
    expect(
      readConfiguration({ home: { ...home, tailnets } }, { ...secrets, "home/privateKey": key }),
    ).toEqual([
      {
        name: "home",
        args: { ...home, ssh: { ...home.ssh, privateKey: key } },
        settings: checkGateway("home", { ...home, ssh: { ...home.ssh, privateKey: key } }).settings,
        tailnets: [
          {
            key: "work",
            name: "home-work",
            args: { name: "work", authKey: "tskey-1" },
            settings: expect.objectContaining({ authKey: "tskey-1" }),
            parts: {
              socks: { port: 11080, maxSessions: 512, server: "sing-box", onePortNames: [] },
              dns: { suffix: "work", domains: [], machines: true },
            },
          },
          {
            key: "lab",
            name: "home-lab",
            args: { name: "lab", authKey: "tskey-2" },
            settings: expect.objectContaining({ authKey: "tskey-2" }),
            parts: {},
          },
        ],
      },
    ]);
  });

  it("has one gateway for a host, by whichever way it is written", () => {
    const behind = (host: string) => ({ ...home, ssh: { ...home.ssh, jump: { ...home.ssh, host } } });
    const port = { ...home, ssh: { ...home.ssh, port: 2222 } };
    expect(problemsOf({ home, one: behind("one.lan"), two: behind("two.lan"), port }, {})).toBe("");
    const again = { ...home, ssh: { ...home.ssh, host: "Gateway.LAN", port: 22 } };
    expect(problemsOf({ home, again, port, other: port }, {})).toBe(`configuration: 2 problems
  tsproxy:gateways.again.ssh.host: gateway.lan is the host of gateway home already; a host has one gateway: put all its tailnets there
  tsproxy:gateways.other.ssh.host: gateway.lan port 2222 is the host of gateway port already; a host has one gateway: put all its tailnets there`);
  });

  it("is looked at as a whole, every problem with its path", () => {
    const gateways = {
      home: {
        ...home,
        primaryAddress: "100.64.0",
        ssh: { ...home.ssh, passphrase: "in the clear" },
        tailnets: {
          work: { socks: { port: 80000 }, dns: { suffix: "Work" } },
          lab: { reach: ["x"], authKey: "tskey" },
        },
      },
      away: {
        ...home,
        tailnets: {
          a: { socks: { port: 11080 }, dns: { suffix: "x" }, veth: "10.200.0.4/30" },
          b: { socks: { port: 11080 }, dns: { suffix: "y.x" }, veth: "10.200.0.4/30" },
        },
      },
    };
    const given = {
      "home/lab/authKey": "tskey-2",
      "away/a/authKey": "t",
      "away/b/authKey": "t",
      "away/c/authKey": "t",
    };
    expect(problemsOf(gateways, given)).toMatchInlineSnapshot(`
"configuration: 11 problems
  tsproxy:gateways.home.ssh.passphrase: belongs in tsproxy:secrets, as "home/passphrase"
  tsproxy:gateways.home.primaryAddress: "100.64.0" is not an IPv4 address, for example "100.64.0.10"
  tsproxy:secrets["home/work/authKey"]: is missing; set it: pulumi config set --secret --path 'tsproxy:secrets["home/work/authKey"]'
  tsproxy:gateways.home.tailnets.work.dns.suffix: "Work" is not a lower-case DNS name of at most 100 characters, for example "work.internal", and not one of local, localhost, onion, arpa
  tsproxy:gateways.home.tailnets.work.socks.port: 80000 is not a port, 1 to 65535
  tsproxy:gateways.home.tailnets.lab.authKey: belongs in tsproxy:secrets, as "home/lab/authKey"
  tsproxy:gateways.home.tailnets.lab.reach[0]: "x" is not an IPv4 network of /8 or smaller, for example "192.168.1.0/24"
  tsproxy:gateways.away.tailnets.b.veth: 10.200.0.4/30 overlaps with 10.200.0.4/30 of tailnet a; set "veth" of one of them, for example "10.200.255.0/30"
  tsproxy:gateways.away.tailnets.b.dns.suffix: "y.x" and "x" of tailnet a contain one another; suffixes and domains must not be nested
  tsproxy:gateways.away.tailnets.b.socks.port: 11080 is taken by tailnet a; each needs a port of its own
  tsproxy:secrets["away/c/authKey"]: belongs to nothing in tsproxy:gateways; where "home/work/authKey" is meant, set it by that name, and take this one out: pulumi config rm --path 'tsproxy:secrets["away/c/authKey"]'"
`);
  });

  it("blames a name on the key that it comes from, and on `name` where that is given", () => {
    const named = { Work: {}, lab: { name: "Lab" } };
    const keys = { "Home/Work/authKey": "t", "Home/lab/authKey": "t" };
    expect(problemsOf({ Home: { ...home, tailnets: named } }, keys)).toMatchInlineSnapshot(`
"configuration: 3 problems
  tsproxy:gateways.Home: "Home" is not a host name of 1 to 63 lower-case letters, digits and hyphens
  tsproxy:gateways.Home.tailnets.Work: "Work" is not a name of 1 to 11 lower-case letters, digits and hyphens that begins with a letter and does not end with a hyphen
  tsproxy:gateways.Home.tailnets.lab.name: "Lab" is not a name of 1 to 11 lower-case letters, digits and hyphens that begins with a letter and does not end with a hyphen"
`);
    const taken = { a: { name: "work", veth: "10.200.0.4/30" }, work: {} };
    expect(
      problemsOf({ home: { ...home, tailnets: taken } }, { ...secrets, "home/a/authKey": "t" }),
    ).toContain(
      '  tsproxy:gateways.home.tailnets.work: tailnet a is "tailnet-work" on this gateway already; another name is needed',
    );
  });

  it("blames the later of two that want the same, and calls the other what it is called there", () => {
    const twice = { socks: { port: 11080, maxSessions: 512 }, dns: { suffix: "work" } };
    const tailnets = { work: twice, lab: { ...twice, name: "play" } };
    expect(problemsOf({ home: { ...home, tailnets } }, secrets)).toMatchInlineSnapshot(`
"configuration: 2 problems
  tsproxy:gateways.home.tailnets.lab.dns.suffix: "work" is taken by tailnet work; each tailnet needs suffixes and domains of its own
  tsproxy:gateways.home.tailnets.lab.socks.port: 11080 is taken by tailnet work; each needs a port of its own"
`);
    const dns = { work: { socks: { port: 53 } }, lab: {} };
    expect(problemsOf({ home: { ...home, tailnets: dns } }, secrets)).toContain(
      "tailnets.work.socks.port: 53 is taken by gateway home;",
    );
    const ssh = { work: { socks: { port: 22 } }, lab: {} };
    expect(problemsOf({ home: { ...home, tailnets: ssh } }, secrets)).toContain(
      "tailnets.work.socks.port: 22 is taken by gateway home;",
    );
  });

  it("takes the passwords of a port's users from the secrets, and misses those that are not there", () => {
    const tailnets = { work: { socks: { port: 11080, users: ["ann", "bob.b"] } }, lab: {} };
    const ann = { "home/work/users/ann": "long-enough-1" };
    const [gateway] = readConfiguration(
      { home: { ...home, tailnets } },
      { ...secrets, ...ann, "home/work/users/bob.b": "long-enough-2" },
    );
    expect(gateway?.tailnets[0]?.parts.socks?.users).toEqual({
      ann: "long-enough-1",
      "bob.b": "long-enough-2",
    });
    expect(problemsOf({ home: { ...home, tailnets } }, { ...secrets, ...ann })).toBe(
      `configuration: 1 problem
  tsproxy:secrets["home/work/users/bob.b"]: is missing; set it: pulumi config set --secret --path 'tsproxy:secrets["home/work/users/bob.b"]'`,
    );
  });

  it("wants no passwords beside the names of a port's users", () => {
    const tailnets = { work: { socks: { port: 11080, users: { ann: "long-enough-1" } } }, lab: {} };
    expect(problemsOf({ home: { ...home, tailnets } }, secrets)).toBe(`configuration: 1 problem
  tsproxy:gateways.home.tailnets.work.socks.users: is not a list of user names; the password of each belongs in tsproxy:secrets, as "home/work/users/<name>"`);
  });

  it("names both tailnets whose components Pulumi could not tell apart", () => {
    const other = { ...home, ssh: { ...home.ssh, host: "other.lan" } };
    const gateways = {
      home: { ...home, tailnets: { "lab-x": {} } },
      "home-lab": { ...other, tailnets: { x: {}, y: {} } },
    };
    const keys = ["home/lab-x", "home-lab/x", "home-lab/y"].map((key) => [`${key}/authKey`, "tskey"]);
    expect(problemsOf(gateways, Object.fromEntries(keys))).toBe(`configuration: 1 problem
  tsproxy:gateways.home-lab.tailnets.x: its components would be called "home-lab-x" like those of tsproxy:gateways.home.tailnets.lab-x; give one of them another key (the name on the host can stay, as its argument "name")`);
  });

  it("may have a tailnet that is called like the port of another one", () => {
    const tailnets = { work: { socks: { port: 11080 }, dns: {} }, "socks-work": {}, "dns-work": {} };
    const keys = Object.keys(tailnets).map((name) => [`home/${name}/authKey`, "tskey"]);
    expect(problemsOf({ home: { ...home, tailnets } }, Object.fromEntries(keys))).toBe("");
  });

  it("leads the one port to a tailnet by the suffix that it has, unless other names are given", () => {
    const tailnets = {
      work: { socks: { port: 11080 }, dns: { suffix: "work.internal" } },
      lab: { socks: { port: 11081, onePortNames: ["lab.example"] }, dns: { suffix: "lab.internal" } },
      plain: { socks: { port: 11082 } },
    };
    const one = { ...home, onePort: { port: 1080 }, tailnets };
    const [plan] = readConfiguration({ home: one }, { ...secrets, "home/plain/authKey": "tskey-3" });
    expect(plan?.tailnets.map(({ parts }) => parts.socks?.onePortNames)).toEqual([
      ["work.internal"],
      ["lab.example"],
      ["plain"],
    ]);
  });

  it("has no port of a tailnet where there is none, though the one port would lead by its suffix", () => {
    const tailnets = { work: { socks: { port: 11080 }, dns: {} }, lab: { dns: {} } };
    const [plan] = readConfiguration({ home: { ...home, onePort: { port: 1080 }, tailnets } }, secrets);
    expect(plan?.tailnets.map(({ parts }) => Object.keys(parts).sort())).toEqual([["dns", "socks"], ["dns"]]);
  });

  it("leads no name to one tailnet by the one port and to another by DNS", () => {
    const tailnets = {
      work: { socks: { port: 11080, onePortNames: ["lab.internal", "work"] }, dns: {} },
      lab: { socks: { port: 11081, onePortNames: [] }, dns: { suffix: "lab.internal" } },
    };
    const one = { ...home, onePort: { port: 1080 }, tailnets };
    expect(problemsOf({ home: one }, secrets)).toBe(`configuration: 1 problem
  tsproxy:gateways.home.tailnets.lab.dns.suffix: "lab.internal" and "lab.internal" of tailnet work would lead to two tailnets; a name ends in one of them only`);
  });

  it("has no tailnet with logins behind the one port, and no port of it twice", () => {
    const tailnets = {
      work: { socks: { port: 11080, users: ["ann"] } },
      lab: { socks: { port: 1080, onePortNames: [] } },
    };
    const given = { ...secrets, "home/work/users/ann": "long-enough-1" };
    const problems = problemsOf({ home: { ...home, onePort: { port: 1080 }, tailnets } }, given);
    expect(problems).toContain("tsproxy:gateways.home.tailnets.work.socks.users: cannot be asked for by the");
    expect(problems).toContain("tailnets.lab.socks.port: 1080 is taken by gateway home");
  });

  it("gives what stands on a tailnet its defaults when there is nothing behind its key", () => {
    const tailnets = { work: { socks: null, dns: null } };
    expect(problemsOf({ home: { ...home, tailnets } }, { "home/work/authKey": "tskey" })).toBe(
      "configuration: 1 problem\n  tsproxy:gateways.home.tailnets.work.socks.port: is missing: a port, 1 to 65535",
    );
  });

  it("names the secret that was probably meant", () => {
    const misspelt = { "home/wrok/authKey": "t", "home/lab/authKey": "t" };
    expect(
      problemsOf({ home: { ...home, tailnets: { work: {}, lab: {} } } }, misspelt),
    ).toMatchInlineSnapshot(`
"configuration: 2 problems
  tsproxy:secrets["home/work/authKey"]: is missing; set it: pulumi config set --secret --path 'tsproxy:secrets["home/work/authKey"]'
  tsproxy:secrets["home/wrok/authKey"]: belongs to nothing in tsproxy:gateways; where "home/work/authKey" is meant, set it by that name, and take this one out: pulumi config rm --path 'tsproxy:secrets["home/wrok/authKey"]'"
`);
    const key = "-----BEGIN OPENSSH PRIVATE KEY-----";
    expect(problemsOf({ home }, { "home/privatKey": key })).toBe(`configuration: 1 problem
  tsproxy:secrets["home/privatKey"]: belongs to nothing in tsproxy:gateways; where "home/privateKey" is meant, set it by that name, and take this one out: pulumi config rm --path 'tsproxy:secrets["home/privatKey"]'`);
  });

  it.each([
    ["without its gateway", "work/authKey", "home/work/authKey", { work: {} }],
    ["under a former name of its tailnet", "home/office/authKey", "home/work/authKey", { work: {} }],
    [
      "of a user, under a former name of its tailnet",
      "home/office/users/ann",
      "home/work/users/ann",
      { work: { browserLogin: true, socks: { port: 11080, users: ["ann"] } } },
    ],
  ])("names a secret that is there %s", (_, given, meant, tailnets) => {
    expect(problemsOf({ home: { ...home, tailnets } }, { [given]: "longenough-secret" })).toContain(
      `tsproxy:secrets["${given}"]: belongs to nothing in tsproxy:gateways; where "${meant}" is meant, set it by that name, and take this one out: `,
    );
  });

  it("says where tailnets belong that are indented as a gateway is", () => {
    expect(
      problemsOf({ home, tailnets: { work: {} } }, { "home/work/authKey": "t" }),
    ).toBe(`configuration: 1 problem
  tsproxy:gateways.tailnets: stands beside the gateways, and belongs into one of them: indent it as deep as the gateway's ssh and primaryAddress`);
    expect(readConfiguration({ tailnets: home }, {})).toHaveLength(1);
  });

  it("may have secrets of what was taken out of it, and warns of them with the command that takes them out", () => {
    const warnings: string[] = [];
    const given = { ...secrets, "home/jump/privateKey": "k", "away/privateKey": "k" };
    const tailnets = { work: {} };
    expect(
      readConfiguration({ home: { ...home, tailnets } }, given, (text) => void warnings.push(text)),
    ).toHaveLength(1);
    const said = (key: string) =>
      `tsproxy:secrets["${key}"] belongs to nothing in tsproxy:gateways; take it out: pulumi config rm --path 'tsproxy:secrets["${key}"]'`;
    expect(warnings).toEqual(["home/lab/authKey", "home/jump/privateKey", "away/privateKey"].map(said));
    expect(readConfiguration({}, secrets, (text) => void warnings.push(text))).toEqual([]);
    expect(warnings.slice(3)).toEqual([
      expect.stringContaining('"] belongs to nothing in tsproxy:gateways; take it out: '),
      expect.stringContaining("pulumi config rm --path 'tsproxy:secrets[\"home/lab/authKey\"]'"),
    ]);
  });

  it.each([
    ["no tailnet has a port", {}, true],
    ["all keep out of it", { work: { socks: { port: 11080, onePortNames: [] } } }, true],
    ["one is led to", { work: { socks: { port: 11080 } }, lab: {} }, false],
  ])("warns of one port that leads nowhere: %s", (_, tailnets, isWarned) => {
    const warnings: string[] = [];
    const args = { ...home, onePort: { port: 1080 }, tailnets };
    readConfiguration({ home: args }, secrets, (text) => void warnings.push(text));
    const text =
      'tsproxy:gateways.home.onePort: leads nowhere, because no tailnet of the gateway has a "socks" with names for it';
    expect(warnings.includes(text)).toBe(isWarned);
  });

  it.each([undefined, null])("says where to begin when there is none: %s", (nothing) => {
    expect(problemsOf(nothing, secrets)).toBe(`configuration: 1 problem
  tsproxy:gateways: is missing in the configuration of this stack: copy Pulumi.home.yaml to Pulumi.<stack>.yaml and edit it, as README.md says`);
  });

  it.each<[unknown, unknown, string]>([
    ["text", {}, "configuration: 1 problem\n  tsproxy:gateways: is not an object"],
    [{ home: 1 }, {}, "tsproxy:gateways.home: is not an object"],
    [{ home: { ...home, tailnets: [] } }, {}, "tsproxy:gateways.home.tailnets: is not an object"],
    [{}, "text", "tsproxy:secrets: is not an object"],
  ])("%j with secrets %j is refused", (gateways, given, text) =>
    expect(problemsOf(gateways, given)).toContain(text),
  );
});

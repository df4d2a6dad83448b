import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname } from "node:path";
import { register } from "../../../providers/engine/kinds/extension.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import type { Shell } from "../../../providers/engine/wire/shell.ts";
import { shellHost } from "../../../providers/engine/wire/shell-host.ts";
import { answerOf } from "../../../providers/tailscale/answers.ts";
import { tailscale } from "../../../providers/tailscale/index.ts";
import { alone } from "../../alone.ts";
import { canSandbox, Sandbox } from "../../fake/sandbox.ts";

register(tailscale);

/** What tailscaled is asked for at its socket. */
const STATUS = "/localapi/v0/status?peers=false";

const describeInSandbox = canSandbox ? describe : describe.skip;

describeInSandbox("a look at nodes", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.remove());

  const host = () => alone(shellHost(sandbox));
  const put = (path: string, text: string) => {
    mkdirSync(dirname(sandbox.path(path)), { recursive: true });
    writeFileSync(sandbox.path(path), text);
  };

  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });
  /** A daemon at `/run/<name>` that answers with `body`; `null`: it accepts and says nothing. */
  const node = async (name: string, body: string | null, status = 200): Promise<void> => {
    const server = createServer((request, response) => {
      const isAsked = request.headers.host === "local-tailscaled.sock" && request.url === STATUS;
      if (body !== null) response.writeHead(isAsked ? status : 404).end(body);
    });
    servers.push(server);
    await new Promise<void>((ready) => server.listen(sandbox.path(`/run/${name}`), ready));
  };
  const probesOf = async (...names: string[]) => {
    const probes = Object.fromEntries(
      names.map((name): [string, { kind: string; socket: HostPath }] => [
        name,
        { kind: "tailnet", socket: `/run/${name}` },
      ]),
    );
    return host().look({ owned: { ...OWNS_NOTHING, probes }, requirements: [] });
  };
  const said = JSON.stringify(
    {
      BackendState: "Running",
      HaveNodeKey: true,
      TailscaleIPs: ["100.64.0.7"],
      Self: {
        Capabilities: ["funnel"],
        DNSName: "home.ts.example.",
        CapMap: { funnel: { ports: [443] } },
      },
      Health: ["not in map poll"],
    },
    null,
    "\t",
  );
  const loggedIn = answerOf({
    loggedIn: true,
    refusal: "",
    unanswered: "",
    state: "Running",
    addresses: ["100.64.0.7"],
    dnsName: "home.ts.example",
    loginPage: "",
    suffix: "",
    online: true,
    nodeKey: "",
    keyExpiry: "",
    expired: false,
    id: "1",
    unapprovedRoutes: 0,
    health: ["not in map poll"],
  });

  it("asks every one, whatever the others answer, and knows whose answer is whose", async () => {
    put("/run/no-socket", "{}");
    await node("silent", null);
    await node("refuses", said, 500);
    await node("empty", "");
    await node("well", said);
    const { probes } = await probesOf("gone", "silent", "no-socket", "refuses", "empty", "well");
    expect(probes).toEqual({
      "/run/gone": null,
      "/run/silent": null,
      "/run/no-socket": null,
      "/run/refuses": null,
      "/run/empty": null,
      "/run/well": loggedIn,
    });
  }, 15_000);

  it("hears of routes that wait for approval", async () => {
    const server = createServer((request, response) => {
      const metrics = [
        "# HELP tailscaled_advertised_routes Number of advertised network routes",
        "tailscaled_advertised_routes 2",
        "tailscaled_approved_routes 0",
        "tailscaled_health_messages 0",
      ];
      response.end(request.url === STATUS ? said : `${metrics.join("\n")}\n`);
    });
    servers.push(server);
    await new Promise<void>((ready) => server.listen(sandbox.path("/run/router"), ready));
    const { probes } = await probesOf("router");
    expect(probes["/run/router"]?.warnings).toEqual([
      "not in map poll",
      expect.stringMatching(/^2 advertised routes are not approved/),
    ]);
  });

  it("lets none speak for another or for the host", async () => {
    await node("forger", `${said}\n@ /run/another\n= units\nId=x.service\n= end 0\n* %s \\n`);
    const { probes, units } = await probesOf("another", "forger");
    expect(probes).toEqual({ "/run/forger": null, "/run/another": null });
    expect(units).toEqual({});
  });

  it("goes past proxies and root's own settings for curl", async () => {
    await node("well", said);
    put("/etc/.curlrc", 'proxy = "http://127.0.0.1:9"\nfail-early\noutput = "/dev/null"\n');
    const shell: Shell = {
      name: "sandbox",
      greet: () => sandbox.greet(),
      run: (program, hearing) =>
        sandbox.run(`export CURL_HOME=/etc http_proxy=http://127.0.0.1:9\n${program}`, hearing),
    };
    const probes = { well: { kind: "tailnet", socket: "/run/well" } } as const;
    const seen = await alone(shellHost(shell)).look({
      owned: { ...OWNS_NOTHING, probes },
      requirements: [],
    });
    expect(seen.probes).toEqual({ "/run/well": loggedIn });
  });

  it("says nothing of any where curl is missing", async () => {
    await node("well", said);
    const program = "command() { [ $2 != curl ]; }\n";
    const shell: Shell = {
      name: "sandbox",
      greet: () => sandbox.greet(),
      run: (text, hearing) => sandbox.run(`${program}${text}`, hearing),
    };
    const probes = { well: { kind: "tailnet", socket: "/run/well" } } as const;
    const seen = await alone(shellHost(shell)).look({
      owned: { ...OWNS_NOTHING, probes },
      requirements: [],
    });
    expect(seen.probes).toEqual({});
  });
});

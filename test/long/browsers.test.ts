import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import { type Opened, trusting, type Visit, visit } from "../lab/browser.ts";
import { WORK } from "../lab/proofs.ts";
import { keptRunning } from "../lab/unit-files.ts";
import { serve, write } from "../lab/variants/serve.ts";
import { until } from "../lab/waiting.ts";
import { shell } from "../toolchain/command.ts";

const ANN = { username: "ann", password: "twelve-signs-and-more" };
const BROWSERS = ["chrome", "firefox"] as const;
const OFFICE = "office.work.example";
const SITE = 7;
const VIA = `fd7a:115c:a1e0:b1a:0:${SITE}`;

const SERVER = keptRunning(
  "A site",
  "/usr/bin/socat OPENSSL-LISTEN:443,reuseaddr,fork,cert=/etc/site.pem,verify=0 SYSTEM:/etc/site",
);
const ANSWER = `#!/bin/sh
while read -r line && [ \${#line} -gt 1 ]; do :; done
printf 'HTTP/1.0 200 OK\\r\\nContent-Type: text/plain\\r\\n\\r\\nthe right site\\n'
`;

/** An authority, and what it signed for one name. */
async function certificates(name: string): Promise<{ authority: string; site: string }> {
  const cwd = mkdtempSync(join(tmpdir(), "tsproxy-site-"));
  writeFileSync(join(cwd, "site.ext"), `subjectAltName=DNS:${name}\nextendedKeyUsage=serverAuth\n`);
  await shell(MAKE, [name], { cwd });
  const read = (file: string) => readFileSync(join(cwd, file), "utf8");
  const made = { authority: read("ca.crt"), site: read("site.key") + read("site.crt") };
  rmSync(cwd, { recursive: true });
  return made;
}

const MAKE = `
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
openssl req -x509 -new -key ca.key -days 30 -subj "/CN=Sites of the laboratory" -out ca.crt \\
  -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out site.key 2>/dev/null
openssl req -new -key site.key -subj "/CN=$1" -out site.csr
openssl x509 -req -in site.csr -CA ca.crt -CAkey ca.key -set_serial 7 -days 30 -extfile site.ext -out site.crt 2>/dev/null
`;

onLaboratory("real browsers", "browser", (bench) => {
  jest.setTimeout(LONG_MS);
  let authority = "";
  const gateway = () => bench().lab.hosts.gateway.tailnetAddress;
  const proxy = () => `${gateway()}:${WORK.port}`;
  const open = (how: Visit, asksForIpv6 = true): Promise<Opened[]> =>
    visit(bench().lab, { resolver: gateway(), policies: trusting(authority, asksForIpv6) }, how);

  beforeAll(async () => {
    const { lab, configurations, open: openStack } = bench();
    const made = await certificates(OFFICE);
    ({ authority } = made);
    await write(lab, "office", { "/etc/site.pem": made.site, "/etc/site": ANSWER });
    await lab.mustExec("office", "chmod 755 /etc/site");
    await serve(lab, "office", "site.service", SERVER);
    const way = { ...WORK, login: `${ANN.username}:${ANN.password}` };
    const tailnet = {
      route: { site: SITE, loginServer: lab.controls.home.url, caCertificates: lab.ca },
      dns: { suffix: WORK.suffix, domains: ["work.example"] },
    };
    const secrets = { "home/work/route/authKey": await lab.controls.home.preauthKey() };
    const stack = await openStack(await configurations.of([way], { tailnet, secrets }));
    const said = succeeded(await stack.up()).replaceAll(/\s+/g, " ");
    const [, approve = ""] =
      /headscale (nodes approve-routes --identifier \d+ --routes \S+)/.exec(said) ?? [];
    await lab.mustExec("control", `headscale --config /etc/headscale/home/config.yaml ${approve}`);
    await lab.mustExec("client", "tailscale set --accept-routes");
    const reached = async () =>
      (await lab.exec("client", `curl -s -m 5 'http://[${VIA}:10.0.0.50]/'`)).stdout !== "";
    await until("the routes", reached, 60_000, "tailscale status on client");
  });

  it.each(BROWSERS)(
    "log in to a port by HTTP, with the dialog that they have for it: %s",
    async (browser) => {
      const pages = ["http://10.0.0.50.work/", "http://office.work/"];
      expect(await open({ browser, proxy: proxy(), login: ANN, pages })).toEqual([
        { status: 200, text: "office 10.0.0.50", error: "" },
        { status: 200, text: "office itself", error: "" },
      ]);
    },
  );

  it("show nothing to a wrong login", async () => {
    const login = { ...ANN, password: "not the right one" };
    const [opened] = await open({ browser: "chrome", proxy: proxy(), login, pages: ["http://office.work/"] });
    expect(opened).toMatchObject({ text: expect.not.stringContaining("office itself") });
    expect(opened?.status).not.toBe(200);
  });

  it.each(BROWSERS)("open a page by the routes with no proxy at all: %s", async (browser) => {
    const pages = ["http://10.0.0.50.work/", "http://office.work/"];
    expect(await open({ browser, pages })).toEqual([
      { status: 200, text: "office 10.0.0.50", error: "" },
      { status: 200, text: "office itself", error: "" },
    ]);
  });

  it("need a policy for that in a network without IPv6, where Chromium asks for no such address", async () => {
    const [opened] = await open({ browser: "chrome", pages: ["http://10.0.0.50.work/"] }, false);
    expect(opened?.error).toContain("ERR_NAME_NOT_RESOLVED");
  });

  it.each(BROWSERS)("find no fault with a site under its name in the tailnet: %s", async (browser) => {
    const pages = [`https://${OFFICE}/`, "https://office.work/"];
    const [named, suffixed] = await open({ browser, proxy: proxy(), login: ANN, pages });
    expect(named).toEqual({ status: 200, text: "the right site", error: "" });
    expect(suffixed?.error).toMatch(
      /ERR_CERT_COMMON_NAME_INVALID|SSL_ERROR_BAD_CERT_DOMAIN|MOZILLA_PKIX|certificate/i,
    );
  });

  it.each(BROWSERS)("find no fault with it by the routes, with no proxy: %s", async (browser) => {
    const [opened] = await open({ browser, pages: [`https://${OFFICE}/`] });
    expect(opened).toEqual({ status: 200, text: "the right site", error: "" });
  });
});

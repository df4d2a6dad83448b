import { parse } from "yaml";
import { clientFiles } from "../../components/resources.ts";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { type Opened, visit } from "../lab/browser.ts";
import { type Captured, captured } from "../lab/capture.ts";
import { LAB, WORK } from "../lab/proofs.ts";
import { write } from "../lab/variants/serve.ts";
import { until } from "../lab/waiting.ts";

const BROWSERS = ["chrome", "firefox"] as const;
const OUTSIDE = "pub.internet";
/** DNS, and what goes to the ports of the tailnets. */
const PACKETS = `port 53 or tcp port ${WORK.port} or tcp port ${LAB.port}`;
const MAGIC = "office.work.example";

/** The domain of the tailnet is known beside the suffix. */
const NAMED = { tailnets: { work: { dns: { suffix: WORK.suffix, domains: ["work.example"] } } } };
const ANN = { username: "ann", password: "twelve-signs-and-more" };

onLaboratory("clients that are set up by the files of a stack alone", "kit", (bench) => {
  jest.setTimeout(LONG_MS);
  let files: Readonly<Record<string, string>> = {};
  const resolver = () => bench().lab.hosts.mirror.address;
  const gateway = () => bench().lab.hosts.gateway.tailnetAddress;
  const textOf = (path: string) => files[path] ?? "";

  const policies = () => ({
    chrome: textOf("browsers/chrome-policies.json"),
    firefox: textOf("browsers/firefox-policies.json"),
  });
  let stack: Stack;

  beforeAll(async () => {
    const { lab, configurations, open } = bench();
    stack = await open(await configurations.of([WORK, LAB], NAMED));
    succeeded(await stack.up());
    files = clientFiles((await stack.outputs()).clientKit);
    const kit = Object.entries(files).map(([path, text]) => [`/root/kit/${path}`, text]);
    await write(lab, "client", Object.fromEntries(kit));
  });

  describe.each(BROWSERS)("%s", (browser) => {
    let opened: Opened[] = [];
    let seen: Captured;
    beforeAll(async () => {
      const hosts = ["10.0.0.50.work", "10.0.0.50.lab", MAGIC, OUTSIDE];
      const pages = hosts.map((host) => `http://${host}/`);
      seen = await captured(bench().lab, "client", PACKETS, async () => {
        opened = await visit(
          bench().lab,
          { resolver: resolver(), policies: policies() },
          { browser, proxy: "policy", pages },
        );
      });
    });

    it("opens both 10.0.0.50, a machine by its name in the tailnet, and a site of the internet", () => {
      expect(opened).toEqual([
        { status: 200, text: "office 10.0.0.50", error: "" },
        { status: 200, text: "plant 10.0.0.50", error: "" },
        { status: 200, text: "office itself", error: "" },
        { status: 200, text: "pub", error: "" },
      ]);
    });

    it("asks by DNS for the site of the internet, and for no name of a tailnet", () => {
      expect(seen.asked).toContain(OUTSIDE);
      expect(seen.asked.filter((name) => /(?:^|\.)(?:work|lab|work\.example)$/.test(name))).toEqual([]);
    });

    it("asks the gateway for names of tailnets, and for no other", () => {
      expect(seen.connected).toEqual(["10.0.0.50.lab", "10.0.0.50.work", MAGIC]);
    });
  });

  it("ssh reaches machines by address and by name, and asks no DNS server for them", async () => {
    const { lab } = bench();
    await write(lab, "client", { "/root/key": lab.privateKey });
    await lab.mustExec("client", "chmod 600 /root/key");
    const options =
      "-i /root/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";
    const said: string[] = [];
    const seen = await captured(lab, "client", PACKETS, async () => {
      for (const host of ["office.work", MAGIC])
        said.push(
          (
            await lab.mustExec("client", `ssh -F /root/kit/ssh/config ${options} root@${host} hostname`)
          ).trim(),
        );
    });
    expect(said).toEqual(["office", "office"]);
    expect(seen).toEqual({ asked: [], connected: ["office.work", MAGIC] });
  });

  it.each([
    ["curl -s -K /root/kit/curl/lab.curlrc http://10.0.0.50/", "plant 10.0.0.50"],
    [". /root/kit/shell/tailnets.sh; tailnet work curl -s http://10.0.0.50/", "office 10.0.0.50"],
    [". /root/kit/shell/tailnets.sh; tailnet lab curl -s http://10.0.0.50.lab/", "plant 10.0.0.50"],
  ])("%s: %s", async (command, page) => {
    expect((await bench().lab.mustExec("client", command)).trim()).toBe(page);
  });

  describe("of a port with logins", () => {
    beforeAll(async () => {
      const closed = { ...LAB, server: "sing-box", login: `${ANN.username}:${ANN.password}` } as const;
      await stack.configure(await bench().configurations.of([WORK, closed], NAMED));
      succeeded(await stack.up());
      files = clientFiles((await stack.outputs()).clientKit);
    });

    it.each(BROWSERS)("log in with the dialog that they have for it: %s", async (browser) => {
      const pages = ["http://10.0.0.50.lab/", "http://10.0.0.50.work/"];
      const how = { browser, proxy: "policy", login: ANN, pages } as const;
      expect(await visit(bench().lab, { resolver: resolver(), policies: policies() }, how)).toEqual([
        { status: 200, text: "plant 10.0.0.50", error: "" },
        { status: 200, text: "office 10.0.0.50", error: "" },
      ]);
    });

    it("have its user in their files, and no password", () => {
      expect(textOf("curl/lab.curlrc")).toContain('proxy-user = "ann"');
      expect(JSON.stringify(files)).not.toContain(ANN.password);
    });
  });

  it("without any file find names by the split DNS of the primary tailnet, and leave others to their resolver", async () => {
    const { lab } = bench();
    const [, yaml = ""] = /```yaml\n([\s\S]*?)```/.exec(textOf("dns/primary-tailnet.md")) ?? [];
    await lab.nameMachines("home", { resolvers: parse(yaml).dns.nameservers.split });
    await lab.mustExec("client", "tailscale set --accept-dns");
    const find = async (name: string) =>
      (await lab.exec("client", `getent ahostsv4 ${name}`)).stdout.split(" ")[0] ?? "";
    await until(
      "names",
      async () => (await find("10.0.0.50.work")) === "10.0.0.50",
      60_000,
      "tailscale dns status",
    );
    const { asked } = await captured(lab, "client", `port 53 and host ${gateway()}`, async () => {
      expect(await find(MAGIC)).toMatch(/^100\.64\./);
      expect(await find(OUTSIDE)).toMatch(/^198\.18\./);
    });
    expect(asked).toContain(MAGIC);
    expect(asked).not.toContain(OUTSIDE);
  });
});

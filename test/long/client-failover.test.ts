import { clientFiles } from "../../components/resources.ts";
import { gatewayConfig, tailnetConfig } from "../host/laboratory-config.ts";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import { visit } from "../lab/browser.ts";
import { WORK } from "../lab/proofs.ts";
import { write } from "../lab/variants/serve.ts";

const BROWSERS = ["chrome", "firefox"] as const;
const SSH =
  "ssh -F /root/kit/ssh/config -i /root/key -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR";

/** The first of them is on the laboratory's gateway, the second on another host. */
onLaboratory("clients of two gateways that lead to one tailnet", "kitfail", (bench) => {
  jest.setTimeout(LONG_MS);
  let files: Readonly<Record<string, string>> = {};

  /** The second host leaves its tailnet for that of the clients; returns its address there. */
  const moveHome = async () => {
    const { lab } = bench();
    await lab.mustExec("plant", "tailscale logout");
    const { home } = lab.controls;
    const settings = [`--login-server=${home.url}`, "--auth-key=file:/root/key", "--accept-dns=false"];
    await write(lab, "plant", { "/root/key": await home.preauthKey() });
    await lab.mustExec("plant", ["tailscale", "up", "--timeout=30s", "--reset", ...settings]);
    return (await lab.mustExec("plant", "tailscale ip -4")).trim();
  };

  beforeAll(async () => {
    const { lab, open } = bench();
    const tailnet = tailnetConfig(lab, WORK);
    const home = { ...gatewayConfig(lab), tailnets: { work: tailnet } };
    const { address, hostKey } = lab.hosts.plant;
    const primaryAddress = await moveHome();
    // that host is in one network with all others
    const reach = [address.replace(/\d+$/, "0/24")];
    const away = {
      ...home,
      ...{ ssh: { host: address, hostKey }, primaryAddress },
      tailnets: { work: { ...tailnet, reach } },
    };
    const keys = await Promise.all(
      ["home", "away"].map(async (name) => ({
        [`${name}/privateKey`]: lab.privateKey,
        [`${name}/work/authKey`]: await lab.controls.work.preauthKey(),
      })),
    );
    const stack = await open({ gateways: { home, away }, secrets: Object.assign({}, ...keys) });
    succeeded(await stack.up());
    files = clientFiles((await stack.outputs()).clientKit);
    const kit = Object.entries(files).map(([path, text]) => [`/root/kit/${path}`, text]);
    await write(lab, "client", { ...Object.fromEntries(kit), "/root/key": lab.privateKey });
    await lab.mustExec("client", "chmod 600 /root/key");
  });

  const opened = async (browser: (typeof BROWSERS)[number]) => {
    const { lab } = bench();
    const policies = {
      chrome: files["browsers/chrome-policies.json"] ?? "",
      firefox: files["browsers/firefox-policies.json"] ?? "",
    };
    const client = { resolver: lab.hosts.mirror.address, policies };
    const start = performance.now();
    const [page] = await visit(lab, client, { browser, proxy: "policy", pages: ["http://10.0.0.50.work/"] });
    console.log(`${browser}: ${((performance.now() - start) / 1000).toFixed(1)} s with its start`);
    return page;
  };
  const saidBySsh = async () => {
    const start = performance.now();
    const said = await bench().lab.mustExec("client", `${SSH} root@office.work hostname`);
    console.log(`ssh: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    return said.trim();
  };
  const PAGE = { status: 200, text: "office 10.0.0.50", error: "" };

  it.each(BROWSERS)("go by the first while it is there: %s", async (browser) => {
    expect(await opened(browser)).toEqual(PAGE);
  });

  it("go by the first while it is there: ssh", async () => {
    expect(await saidBySsh()).toBe("office");
  });

  describe("go on by the second when the first is off:", () => {
    beforeAll(() => bench().lab.cut("gateway"));
    afterAll(() => bench().lab.restore("gateway"));

    it.each(BROWSERS)("%s", async (browser) => {
      expect(await opened(browser)).toEqual(PAGE);
    });

    it("ssh", async () => {
      expect(await saidBySsh()).toBe("office");
    });
  });
});

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { WORK } from "../lab/proofs.ts";
import { keptRunning } from "../lab/unit-files.ts";
import { LAN_DOMAIN } from "../lab/variants/lan-resolver.ts";
import { serve, write } from "../lab/variants/serve.ts";
import { until } from "../lab/waiting.ts";
import { run } from "../toolchain/command.ts";

const MAGIC_DNS = "work.example";
const OFFICE = `office.${MAGIC_DNS}`;
const WIKI = `wiki.${LAN_DOMAIN}`;

/** Addresses of site 7: of the machine, and of one in the network behind it. */
const MACHINE = "fd7a:115c:a1e0:b1a:0:7:f040:1";
const BEHIND = "fd7a:115c:a1e0:b1a:0:7:a00:32";

/** A site that wants to be called by its name: its certificate is for that alone. */
const SITE = keptRunning(
  "A site",
  "/usr/bin/socat OPENSSL-LISTEN:443,reuseaddr,fork,cert=/etc/site.pem,verify=0 SYSTEM:/etc/site",
);
const ANSWER = `#!/bin/sh\nprintf 'HTTP/1.0 200 OK\\r\\n\\r\\nthe right site'\n`;

/** A certificate that stands for itself. */
async function certificateFor(name: string): Promise<{ key: string; certificate: string }> {
  const scratch = mkdtempSync(join(tmpdir(), "tsproxy-site-"));
  const file = (suffix: string) => join(scratch, `site.${suffix}`);
  const what = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`, "-days", "2"];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", file("key")];
  await run(["openssl", "req", "-x509", ...key, "-out", file("crt"), ...what]);
  const made = { key: readFileSync(file("key"), "utf8"), certificate: readFileSync(file("crt"), "utf8") };
  rmSync(scratch, { recursive: true });
  return made;
}

onLaboratory(
  "domains of a tailnet itself",
  "domains",
  (bench) => {
    let stack: Stack;
    const gateway = () => bench().lab.hosts.gateway.tailnetAddress;
    const onClient = async (command: string) => (await bench().lab.exec("client", command)).stdout.trim();
    const dig = (name: string, type = "A") => onClient(`dig @${gateway()} ${name} ${type} +short +tries=1`);
    const page = (url: string, how: string) => onClient(`curl -s -m 8 --cacert /etc/site.crt ${how} ${url}`);

    beforeAll(async () => {
      const { lab, configurations, open } = bench();
      const { key, certificate } = await certificateFor(OFFICE);
      await write(lab, "office", { "/etc/site.pem": key + certificate, "/etc/site": ANSWER });
      await lab.mustExec("office", "chmod 755 /etc/site");
      await serve(lab, "office", "site.service", SITE);
      await write(lab, "client", { "/etc/site.crt": certificate });
      const dns = { suffix: WORK.suffix, domains: [MAGIC_DNS, LAN_DOMAIN] };
      stack = await open(await configurations.of([WORK], { tailnet: { dns } }));
      succeeded(await stack.up());
    });

    it("are answered by the gateway's DNS server, by the tailnet's own resolvers", async () => {
      const { lab } = bench();
      const mark = await lab.mark("office");
      expect(await dig(OFFICE)).toBe("100.64.0.1");
      expect(await dig(WIKI)).toBe("10.0.0.50");
      expect(await dig(`${WIKI}.work`)).toBe("10.0.0.50");
      expect(await lab.dnsQuestions(mark, "office")).toContain(WIKI);
    });

    it("let a site be opened under the name of its certificate, with a proxy that looks it up and with one that does not", async () => {
      const proxy = (scheme: string) => `-x ${scheme}://${gateway()}:${WORK.port}`;
      expect(await page(`https://${OFFICE}/`, proxy("socks5h"))).toBe("the right site");
      const looked = `${proxy("socks5")} --resolve ${OFFICE}:443:${await dig(OFFICE)}`;
      expect(await page(`https://${OFFICE}/`, looked)).toBe("the right site");
      expect(await page("https://office.work/", proxy("socks5h"))).toBe("");
    });

    it("lead clients of routes to the site by each of their names, and nowhere where nothing is offered", async () => {
      const dns = { suffix: WORK.suffix, domains: [MAGIC_DNS, LAN_DOMAIN], site: 7 };
      await stack.configure(await bench().configurations.of([WORK], { tailnet: { dns } }));
      succeeded(await stack.up());
      // the DNS server looks for a new list every two seconds
      await until("the list", async () => (await dig("office.work", "AAAA")) === MACHINE, 20_000, "dig");
      const names = [OFFICE, `${OFFICE}.work`, "office.work", WIKI, `${WIKI}.work`];
      const found = await Promise.all(names.map((name) => dig(name, "AAAA")));
      expect(found).toEqual([MACHINE, MACHINE, MACHINE, BEHIND, BEHIND]);
      expect(await Promise.all(names.map((name) => dig(name)))).toEqual(names.map(() => ""));
      // the gateway's own node is a machine of the tailnet, and offered to nobody
      expect(await dig(`home-work.${MAGIC_DNS}`, "AAAA")).toBe("");
      expect(await dig(`home-work.${MAGIC_DNS}.work`, "AAAA")).toBe("");
    });

    it("are no difference at the next look, and leave nothing when they are taken back", async () => {
      succeeded(await stack.refresh("--expect-no-changes"));
      await stack.configure(await bench().configurations.of([WORK]));
      succeeded(await stack.up());
      expect(await dig(OFFICE)).toBe("");
      expect(await bench().lab.mustExec("gateway", "ls /etc/tsproxy/zones.d")).not.toContain("domains");
      succeeded(await stack.refresh("--expect-no-changes"));
    });
  },
  ["lan-resolver"],
);

import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { filesOf } from "../../../../components/clients/files.ts";
import type { ClientFacts } from "../../../../components/render/clients/facts.ts";
import { endOf, hostName, portsOf, soundFacts } from "./facts.ts";
import { kits } from "./kits.ts";

/** As browsers ask a PAC file. */
function answerOf(pac: string, host: string): string {
  return String(runInNewContext(`${pac}\nFindProxyForURL("http://" + host + "/", host)`, { host }));
}

function pacOf(facts: ClientFacts): string {
  return filesOf(facts)["browsers/proxy.pac"] ?? 'function FindProxyForURL() { return "DIRECT"; }';
}

/** A name as people write it. */
const written = fc.tuple(hostName, fc.boolean(), fc.boolean()).map(([name, isUpper, hasDot]) => ({
  name,
  host: `${isUpper ? name.toUpperCase() : name}${hasDot ? "." : ""}`,
}));

describe("the PAC file", () => {
  it("leads each name to the ports of the longest end that it has, and any other name to none", () => {
    fc.assert(
      fc.property(soundFacts, written, (facts, { name, host }) => {
        const ports = portsOf(facts, endOf(facts, name));
        const isBackedUp = ports.length > 1 && ports.every(({ speaksHttp }) => speaksHttp);
        const expected = ports.map(({ place, speaksHttp, hasLogins }) =>
          isBackedUp || (hasLogins && speaksHttp) ? `PROXY ${place}` : `SOCKS5 ${place}`,
        );
        expect(answerOf(pacOf(facts), host)).toBe(expected.join("; ") || "DIRECT");
      }),
      { numRuns: 1000 },
    );
  });

  it("never goes past a proxy", () => {
    fc.assert(
      fc.property(soundFacts, (facts) => {
        expect(pacOf(facts)).not.toMatch(/; *DIRECT"/);
        expect(pacOf(facts)).not.toContain("SOCKS ");
      }),
    );
  });
});

describe("policies of browsers", () => {
  const files = filesOf(kits["two-gateways"] ?? []);
  const pacIn = (url: string) => Buffer.from(url.replace(/^[^,]*,/, ""), "base64").toString();

  it("have the PAC file in them", () => {
    const firefox = JSON.parse(files["browsers/firefox-policies.json"] ?? "");
    const chrome = JSON.parse(files["browsers/chrome-policies.json"] ?? "");
    const pac = files["browsers/proxy.pac"];
    expect(pacIn(firefox.policies.Proxy.AutoConfigURL)).toBe(pac);
    expect(pacIn(chrome.ProxySettings.ProxyPacUrl)).toBe(pac);
  });

  it("have Chrome use IPv6 addresses exactly where there are routes", () => {
    fc.assert(
      fc.property(soundFacts, (facts) => {
        const isRouted = facts.some(({ tailnets }) => Object.values(tailnets).some((one) => one.isRouted));
        const policy = JSON.parse(filesOf(facts)["browsers/chrome-policies.json"] ?? "{}");
        expect(policy.IPv6ReachabilityOverrideEnabled === true).toBe(isRouted);
      }),
    );
  });
});

describe("the file for FoxyProxy", () => {
  interface Entry {
    readonly active: boolean;
    readonly hostname: string;
    readonly port: string;
    readonly include: readonly { readonly pattern: string }[];
    readonly exclude: readonly { readonly pattern: string }[];
  }

  /** The first active entry that fits, as FoxyProxy chooses. */
  function chosen(entries: readonly Entry[], url: string): string | undefined {
    const fits = (patterns: Entry["include"]) =>
      patterns.some(({ pattern }) => new RegExp(pattern, "i").test(url));
    const entry = entries.find((one) => one.active && fits(one.include) && !fits(one.exclude));
    return entry && `${entry.hostname}:${entry.port}`;
  }

  it("leads each name to the first port of its tailnet, and any other name to none", () => {
    fc.assert(
      fc.property(soundFacts, written, fc.constantFrom("/", ":8080/x"), (facts, { name, host }, rest) => {
        const text = filesOf(facts)["browsers/foxyproxy.json"] ?? '{"data":[]}';
        const [first] = portsOf(facts, endOf(facts, name));
        expect(chosen(JSON.parse(text).data, `http://${host}${rest}`)).toBe(first?.place);
      }),
      { numRuns: 1000 },
    );
  });
});

import * as fc from "fast-check";
import { tailnetDns } from "../../../../../components/render/dns/tailnet-dns.ts";
import { isAddress, networkOf, overlap } from "../../../../../components/render/ipv4.ts";
import { vethOf } from "../../../../../components/render/place/veth.ts";
import { refusedPattern, renderSuffixDns } from "../../../../../components/render/suffix-dns.ts";

type Answer = "rewritten" | "NXDOMAIN" | "NODATA" | `A ${string}`;

const SUFFIX = "ts.work";
const zone = zoneText();

/** What CoreDNS does with an A query: the first of its rules that matches, in the order of the file. */
function answerOf(name: string): Answer {
  const rewrites = [...zone.matchAll(/rewrite stop name regex (\S+) (\S+)/g)];
  const rewrite = rewrites.find(([, pattern = ""]) => new RegExp(pattern).test(`${name}.`));
  if (rewrite?.[2]?.startsWith("{1}")) return "rewritten";
  const asked = rewrite?.[2] ?? `${name}.`;
  for (const [, type, body = ""] of zone.matchAll(/template (?:IN|ANY) (\S+) \{\n([\s\S]*?)\n {4}\}/g)) {
    if (type === "SOA") continue;
    const patterns = [...body.matchAll(/match "(.*)"/g)].map(([, pattern = ""]) => new RegExp(pattern));
    const found = patterns.map((pattern) => pattern.exec(asked)).find((match) => match !== null);
    if (patterns.length > 0 && !found) continue;
    if (body.includes("answer")) return `A ${found?.[1] ?? "?"}`;
    return body.includes("NXDOMAIN") ? "NXDOMAIN" : "NODATA";
  }
  throw new Error(`nothing answers ${name}`);
}

/** The same, as one would say it. */
function reference(name: string): Answer {
  const labels = name === SUFFIX ? [] : name.slice(0, -SUFFIX.length - 1).split(".");
  if (labels.length === 1 && /^\d+-\d+-\d+-\d+-via-[0-9a-fx]+$/.test(labels[0] ?? "")) return "NODATA";
  if (labels.length === 1 && /^[a-z0-9-]*[a-z][a-z0-9-]*$/.test(labels[0] ?? "")) return "rewritten";
  const address = labels.slice(-4).join(".");
  if (isAddress(address) && labels.every((label) => label !== ""))
    return isRefused(address) ? "NXDOMAIN" : `A ${address}`;
  const isBeginning = labels.length < 4 && labels.every((label) => isAddress(`${label}.0.0.0`));
  return isBeginning ? "NODATA" : "NXDOMAIN";
}

function isRefused(address: string): boolean {
  const one = networkOf(address);
  return ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3", "172.31.0.4/30"].some((text) =>
    overlap(one, networkOf(text)),
  );
}

function zoneText(): string {
  const { files } = renderSuffixDns({
    tailnet: "work",
    suffix: SUFFIX,
    domains: [],
    site: null,
    tailscaleVersion: "1.102.4",
    veth: vethOf(networkOf("172.31.0.4/30")),
    primaryAddress: "100.64.0.10",
    dnsPort: 53,
  });
  const content = files["/etc/tsproxy/work/zones.d/work.zone"]?.content;
  if (typeof content !== "string") throw new Error("no zone");
  return blockForAddresses(content);
}

/** As CoreDNS reads it, the block of the suffix that has no view: each import is the text of the snippet. */
function blockForAddresses(content: string): string {
  const snippets = new Map(
    [...`${tailnetDns()}${content}`.matchAll(/^\(([a-z0-9-]+)\) \{\n([\s\S]*?)\n\}$/gm)].map(
      ([, name, body = ""]) => [name, body],
    ),
  );
  const imported = (text: string): string =>
    text.replace(/^ +import (tsproxy-\S+)$/gm, (_, name: string) => {
      const body = snippets.get(name);
      if (body === undefined) throw new Error(`no snippet is called ${name}`);
      return imported(body);
    });
  const blocks = [...content.matchAll(/^\S+ \{\n([\s\S]*?)\n\}$/gm)].map(([, body = ""]) => body);
  const open = blocks.find((body) => body.includes("import tsproxy-suffix") && !body.includes("view "));
  if (open === undefined) throw new Error("no block for addresses");
  return imported(open);
}

describe("a suffix", () => {
  it.each([
    [SUFFIX, "NODATA"],
    ["10.0.0.50.ts.work", "A 10.0.0.50"],
    ["www.10.0.0.50.ts.work", "A 10.0.0.50"],
    ["127.10.0.0.50.ts.work", "A 10.0.0.50"],
    ["100.64.0.3.ts.work", "A 100.64.0.3"],
    ["0.50.ts.work", "NODATA"],
    ["50.ts.work", "NODATA"],
    ["nas.ts.work", "rewritten"],
    ["10-1-0-50-via-7.ts.work", "NODATA"],
    ["10-1-0-50-via-the-nas.ts.work", "rewritten"],
    ["www.nas.ts.work", "NXDOMAIN"],
    ["256.0.0.1.ts.work", "NXDOMAIN"],
    ["010.0.0.1.ts.work", "NXDOMAIN"],
    ["x10.0.0.50.ts.work", "NXDOMAIN"],
    ["999.ts.work", "NXDOMAIN"],
    ["127.0.0.1.ts.work", "NXDOMAIN"],
    ["5.127.0.0.1.ts.work", "NXDOMAIN"],
    ["0.0.0.0.ts.work", "NXDOMAIN"],
    ["169.254.169.254.ts.work", "NXDOMAIN"],
    // what another gateway, or another namespace, has for itself
    ["10.200.0.6.ts.work", "A 10.200.0.6"],
    ["172.31.0.6.ts.work", "NXDOMAIN"],
    ["172.31.0.8.ts.work", "A 172.31.0.8"],
    ["224.0.0.1.ts.work", "NXDOMAIN"],
    ["255.255.255.255.ts.work", "NXDOMAIN"],
  ])("answers %s with %s", (name, answer) => {
    expect(answerOf(name)).toBe(answer);
    expect(reference(name)).toBe(answer);
  });

  it("answers like the reference, whatever the name", () => {
    const octet = fc.oneof(
      fc.integer({ min: 0, max: 300 }).map(String),
      fc.constantFrom(
        "0",
        "10",
        "127",
        "169",
        "172",
        "31",
        "200",
        "224",
        "239",
        "254",
        "255",
        "01",
        "a",
        "x-1",
        "1a",
      ),
    );
    fc.assert(
      fc.property(fc.array(octet, { maxLength: 6 }), (labels) => {
        const name = [...labels, SUFFIX].join(".");
        expect(answerOf(name)).toBe(reference(name));
      }),
      { numRuns: 2000 },
    );
  });
});

it("refuses the veth network of its own tailnet, and no other", () => {
  expect(refusedPattern("172.31.0.4/30")).toContain("|172\\.31\\.0\\.(?:[4-7])");
  expect(refusedPattern("10.200.0.4/30")).toContain("|10\\.200\\.0\\.(?:[4-7])");
  expect(refusedPattern("172.31.0.4/30")).not.toContain("200");
});

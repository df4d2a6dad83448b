import { renderSuffixDns } from "../../../../../components/render/suffix-dns.ts";
import { veth } from "../../cases.ts";

const spec = {
  ...{ tailnet: "work", suffix: "work.internal", domains: [], site: 0x102 },
  ...{ machines: true, tailscaleVersion: "1.102.4" },
  ...{ veth: veth("172.31.0.4/30"), primaryAddress: "100.64.0.10", dnsPort: 53 },
};

interface Rule {
  readonly type: string;
  readonly pattern: RegExp;
  readonly says: string;
}

/** The templates of the zone in their order: CoreDNS takes the first that matches. */
function rules(machines: boolean): Rule[] {
  const zone = String(
    renderSuffixDns({ ...spec, machines }).files["/etc/tsproxy/zones.d/work.zone"]?.content,
  );
  return [...zone.matchAll(/template IN (\w+) \{\n\s+match "(.*)"\n([\s\S]*?)\n {4}\}/g)].map(
    ([, type = "", pattern = "", body = ""]) => ({ type, pattern: new RegExp(pattern), says: body }),
  );
}

/** What the zone says without its list of machines; `undefined`: the list decides. */
function answer(name: string, type: "A" | "AAAA", machines = true): string | undefined {
  const rule = rules(machines).find(
    (one) => (one.type === type || one.type === "ANY") && one.pattern.test(`${name}.`),
  );
  if (rule === undefined) return undefined;
  const [, first = ""] = rule.pattern.exec(`${name}.`) ?? [];
  const record = / IN AAAA (\S+?)\{\{ index \.Match 1 \}\}/.exec(rule.says);
  return record ? `${record[1]}${first}` : /rcode (\w+)/.exec(rule.says)?.[1];
}

describe("names under a suffix, for clients of a tailnet's routes", () => {
  it.each([
    ["10.0.0.50.work.internal", "fd7a:115c:a1e0:b1a:0:102:10.0.0.50"],
    ["www.10.0.0.50.work.internal", "fd7a:115c:a1e0:b1a:0:102:10.0.0.50"],
    ["100.63.0.1.work.internal", "fd7a:115c:a1e0:b1a:0:102:100.63.0.1"],
    ["100.64.0.1.work.internal", "fd7a:115c:a1e0:b1a:0:102:240.64.0.1"],
    ["100.127.255.254.work.internal", "fd7a:115c:a1e0:b1a:0:102:240.127.255.254"],
    ["100.128.0.1.work.internal", "fd7a:115c:a1e0:b1a:0:102:100.128.0.1"],
  ])("lead %s to %s, and nowhere by IPv4", (name, address) => {
    expect(answer(name, "AAAA")).toBe(address);
    expect(answer(name, "A")).toBe("NOERROR");
  });

  it.each(["127.0.0.1", "172.31.0.5", "172.31.0.6", "0.0.0.0", "169.254.169.254", "240.64.0.1"])(
    "do not exist for %s",
    (address) => {
      expect(answer(`${address}.work.internal`, "AAAA")).toBe("NXDOMAIN");
      expect(answer(`${address}.work.internal`, "A")).toBe("NXDOMAIN");
    },
  );

  it("do not exist for machines that are not offered", () => {
    expect(answer("100.64.0.1.work.internal", "AAAA", false)).toBe("NXDOMAIN");
    expect(answer("10.0.0.50.work.internal", "AAAA", false)).toBe("fd7a:115c:a1e0:b1a:0:102:10.0.0.50");
    const { files, units } = renderSuffixDns({ ...spec, machines: false });
    expect(files["/etc/tsproxy/zones.d/work.zone"]?.content).not.toContain("hosts ");
    expect(Object.keys(units)).not.toContain("tsproxy-work-machines.service");
  });

  it("are asked for at the start in a way that works on a host without IPv6", () => {
    const unit = String(
      renderSuffixDns(spec).files["/etc/systemd/system/tsproxy-work-suffix.service"]?.content,
    );
    expect(unit).toContain("getent hosts 192.0.2.1.work.internal");
  });

  it("are asked for inside the namespace, where no site is known, if the DNS server has another port than 53", () => {
    const { files } = renderSuffixDns({ ...spec, dnsPort: 5353 });
    const unit = String(files["/etc/systemd/system/tsproxy-work-suffix.service"]?.content);
    expect(files["/etc/tsproxy/work/suffix/resolv.conf"]?.content).toContain("nameserver 172.31.0.6\n");
    expect(unit).toContain("getent ahostsv4 192.0.2.1.work.internal | grep -q '^192.0.2.1 '");
  });

  it("are looked up in the list for machines", () => {
    expect(answer("nas.work.internal", "AAAA")).toBeUndefined();
    expect(answer("nas.work.internal", "A")).toBeUndefined();
  });
});

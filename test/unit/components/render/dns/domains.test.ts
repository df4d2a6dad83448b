import { renderSuffixDns } from "../../../../../components/render/suffix-dns.ts";
import { veth } from "../../cases.ts";
import { besideResolver, canResolve } from "./resolver.ts";

/** Tailscale's resolver in a tailnet with the domain tn1.example, which names another one for corp.example. */
const TAILSCALE = `tn1.example {
    bind 100.100.100.100
    template IN A {
        match "^nas\\.tn1\\.example\\.$"
        answer "{{ .Name }} 5 IN A 100.64.0.7"
        fallthrough
    }
    template ANY ANY {
        rcode NXDOMAIN
    }
}
corp.example {
    bind 100.100.100.100
    template IN A {
        match "^wiki\\.corp\\.example\\.$"
        answer "{{ .Name }} 5 IN A 10.0.0.50"
        fallthrough
    }
    template IN AAAA {
        match "^both\\.corp\\.example\\.$"
        answer "{{ .Name }} 5 IN AAAA fd00::50"
        fallthrough
    }
    template IN A {
        match "^both\\.corp\\.example\\.$"
        answer "{{ .Name }} 5 IN A 10.0.0.51"
        fallthrough
    }
    template IN MX {
        match "^corp\\.example\\.$"
        answer "{{ .Name }} 5 IN MX 1 wiki.corp.example."
        fallthrough
    }
    template ANY ANY {
        match "^(?:wiki|both)\\.corp\\.example\\.$"
        authority "corp.example. 5 IN SOA own.corp.example. root.corp.example. 1 3600 600 86400 5"
        fallthrough
    }
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`;

function files(site: number | null) {
  return renderSuffixDns({
    ...{ tailnet: "work", suffix: "work", domains: ["tn1.example", "corp.example"], site },
    ...{ tailscaleVersion: "1.102.4", veth: veth("10.200.0.4/30") },
    ...{ primaryAddress: "100.64.0.10", dnsPort: 53 },
  }).files;
}

/** What a server answers to each question. */
function answers(site: number | null, server: string, expected: Readonly<Record<string, string>>) {
  const list = `echo fd7a:115c:a1e0:b1a:0:7:240.64.0.7 nas.work nas.tn1.example >/run/tsproxy/work/machines`;
  const commands = `${list}\nresolver\nhost\nask ${server} ${Object.keys(expected).join(" ")}`;
  const printed = besideResolver({ tailscale: TAILSCALE }, commands, files(site));
  const lines = printed.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(": ")));
}

const NAS = "NOERROR nas.tn1.example. 100.64.0.7";
const WIKI = "NOERROR wiki.corp.example. 10.0.0.50";

(canResolve ? describe : describe.skip)("domains of a tailnet", () => {
  it.each([
    ["servers in the namespace", "127.0.0.1"],
    ["clients of the gateway", "100.64.0.10"],
  ])("are answered as the tailnet has them, for %s", (_, server) => {
    const expected = {
      "nas.tn1.example/A": NAS,
      "wiki.corp.example/A": WIKI,
      "wiki.corp.example/AAAA": "NOERROR SOA corp.example.",
      "corp.example/MX": "NOERROR corp.example. type 15",
      "nosuch.tn1.example/A": "NXDOMAIN SOA tn1.example.",
      "nosuch.corp.example/AAAA": "NXDOMAIN SOA corp.example.",
    };
    expect(answers(null, server, expected)).toEqual(expected);
  });

  it("are found by whole names under the suffix, too, and no other domain is", () => {
    const expected = {
      "wiki.corp.example.work/A": "NOERROR wiki.corp.example.work. 10.0.0.50",
      "nas.tn1.example.work/A": "NOERROR nas.tn1.example.work. 100.64.0.7",
      "nosuch.corp.example.work/A": "NXDOMAIN SOA work.",
      "wiki.other.example.work/A": "NXDOMAIN SOA work.",
    };
    expect(answers(null, "100.64.0.10", expected)).toEqual(expected);
  });

  it("lead clients of a tailnet's routes to addresses of its site, and to no other", () => {
    const site = "fd7a115ca1e00b1a00000007";
    const expected = {
      "wiki.corp.example/AAAA": `NOERROR wiki.corp.example. ${site}0a000032`,
      "wiki.corp.example/A": "NOERROR SOA corp.example.",
      "wiki.corp.example/HTTPS": "NOERROR SOA corp.example.",
      "both.corp.example/AAAA": `NOERROR both.corp.example. ${site}0a000033`,
      "wiki.corp.example.work/AAAA": `NOERROR wiki.corp.example.work. ${site}0a000032`,
      "wiki.corp.example.work/A": "NOERROR SOA work.",
      "nas.tn1.example/AAAA": `NOERROR nas.tn1.example. ${site}f0400007`,
      "nas.tn1.example/A": "NOERROR SOA tn1.example.",
      "corp.example/MX": "NOERROR corp.example. type 15",
      "nosuch.corp.example/AAAA": "NXDOMAIN SOA corp.example.",
    };
    expect(answers(7, "100.64.0.10", expected)).toEqual(expected);
  });

  it("keep their addresses for servers in the namespace where clients use routes", () => {
    const expected = {
      "wiki.corp.example/A": WIKI,
      "both.corp.example/A": "NOERROR both.corp.example. 10.0.0.51",
    };
    expect(answers(7, "127.0.0.1", expected)).toEqual(expected);
  });
});

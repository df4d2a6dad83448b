import { renderSuffixDns } from "../../../../../components/render/suffix-dns.ts";
import { veth } from "../../cases.ts";
import { besideResolver, canResolve } from "./resolver.ts";

/**
 * Tailscale's resolver in a tailnet with the domain tn1.example, which names another one for corp.example. Of its machines
 * the list has \`nas\` alone: \`new\` has come just now, \`web.prod\` has a dot in its name.
 */
const TAILSCALE = `tn1.example {
    bind 100.100.100.100
    template IN A {
        match "^(?:nas|new|web\\.prod)\\.tn1\\.example\\.$"
        answer "{{ .Name }} 5 IN A 100.64.0.7"
        fallthrough
    }
    template ANY ANY {
        match "^(?:nas|new|web\\.prod)\\.tn1\\.example\\.$"
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

interface Setting {
  readonly site: number | null;
  readonly machines?: boolean;
  /** What the node says of the tailnet's own domain; `null`: it was not asked yet. */
  readonly said?: string | null;
}

function files({ site, machines = true }: Setting) {
  return renderSuffixDns({
    ...{ tailnet: "work", suffix: "work", domains: ["tn1.example", "corp.example"], site },
    ...{ tailscaleVersion: "1.102.4", machines, veth: veth("10.200.0.4/30") },
    ...{ primaryAddress: "100.64.0.10", dnsPort: 53 },
  }).files;
}

/** Has the list of machines written, of what the node has said. */
function listOf(said: string): string {
  return `printf '${said}\\n' >/run/own/said\nsh /etc/tsproxy/work/suffix/machines write`;
}

/** What a server answers to each question. */
function answers(setting: Setting, server: string, expected: Readonly<Record<string, string>>) {
  const list =
    setting.site !== null && (setting.machines ?? true) ? listOf("64.0.7 nas\\ndomain tn1.example") : "";
  const { said = "tn1.example\n" } = setting;
  const known = said === null ? "" : `printf '${said}' >/run/own/domain\ndomain write`;
  const commands = `${list}\nresolver\n${known}\nhost\nask ${server} ${Object.keys(expected).join(" ")}`;
  const printed = besideResolver({ tailscale: TAILSCALE }, commands, files(setting));
  const lines = printed.trimEnd().split("\n");
  return Object.fromEntries(lines.map((line) => line.split(": ")));
}

const SITE = "fd7a115ca1e00b1a00000007";

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
    expect(answers({ site: null }, server, expected)).toEqual(expected);
  });

  it("are found by whole names under the suffix, too, and no other domain is", () => {
    const expected = {
      "wiki.corp.example.work/A": "NOERROR wiki.corp.example.work. 10.0.0.50",
      "nas.tn1.example.work/A": "NOERROR nas.tn1.example.work. 100.64.0.7",
      "nosuch.corp.example.work/A": "NXDOMAIN SOA work.",
      "wiki.other.example.work/A": "NXDOMAIN SOA work.",
    };
    expect(answers({ site: null }, "100.64.0.10", expected)).toEqual(expected);
  });

  it("lead clients of a tailnet's routes to addresses of its site, and to no other", () => {
    const expected = {
      "wiki.corp.example/AAAA": `NOERROR wiki.corp.example. ${SITE}0a000032`,
      "wiki.corp.example/A": "NOERROR SOA corp.example.",
      "wiki.corp.example/HTTPS": "NOERROR SOA corp.example.",
      "both.corp.example/AAAA": `NOERROR both.corp.example. ${SITE}0a000033`,
      "wiki.corp.example.work/AAAA": `NOERROR wiki.corp.example.work. ${SITE}0a000032`,
      "wiki.corp.example.work/A": "NOERROR SOA work.",
      "nas.tn1.example/AAAA": `NOERROR nas.tn1.example. ${SITE}f0400007`,
      "nas.tn1.example/A": "NOERROR SOA tn1.example.",
      "corp.example/MX": "NOERROR corp.example. type 15",
      "nosuch.corp.example/AAAA": "NXDOMAIN SOA corp.example.",
    };
    expect(answers({ site: 7 }, "100.64.0.10", expected)).toEqual(expected);
  });

  it("have names of machines from the list alone for such clients, and no address that nothing offers", () => {
    const none = (name: string) => [`${name}/AAAA`, "NXDOMAIN SOA tn1.example."];
    const others = ["new.tn1.example", "web.prod.tn1.example"].flatMap((name) => [name, `${name}.work`]);
    const expected = {
      "nas.tn1.example.work/AAAA": `NOERROR nas.tn1.example.work. ${SITE}f0400007`,
      "nas.tn1.example.work/A": "NOERROR SOA work.",
      ...Object.fromEntries(others.map(none)),
    };
    expect(answers({ site: 7 }, "100.64.0.10", expected)).toEqual(expected);
    const unnamed = Object.fromEntries(["nas.tn1.example", "nas.tn1.example.work", ...others].map(none));
    expect(answers({ site: 7, machines: false }, "100.64.0.10", unnamed)).toEqual(unnamed);
  });

  it("have no addresses for such clients until it is known which of them is the tailnet's own", () => {
    const expected = { "new.tn1.example/AAAA": "SERVFAIL", "wiki.corp.example/AAAA": "SERVFAIL" };
    expect(answers({ site: 7, said: null }, "100.64.0.10", expected)).toEqual(expected);
    expect(answers({ site: 7, said: "" }, "100.64.0.10", expected)).toEqual(expected);
    const translated = { "wiki.corp.example/AAAA": `NOERROR wiki.corp.example. ${SITE}0a000032` };
    expect(answers({ site: 7, said: "\n" }, "100.64.0.10", translated)).toEqual(translated);
  });

  it("have machines listed below one of them, and take nothing else from an unprivileged process", () => {
    const list = (domain: string) => {
      const commands = `${listOf(`64.0.7 nas\\ndomain ${domain}`)}\ncat /run/tsproxy/work/machines`;
      return besideResolver({}, commands, files({ site: 7 })).trim();
    };
    const nas = "fd7a:115c:a1e0:b1a:0:7:240.64.0.7 nas.work";
    expect(list("eu.tn1.example")).toBe(`${nas} nas.eu.tn1.example`);
    for (const other of ["", "other.example", "/;w /run/own/x;tn1.example", "*.tn1.example"])
      expect(list(other)).toBe(nas);
  });

  it("keep their addresses for servers in the namespace where clients use routes", () => {
    const expected = {
      "wiki.corp.example/A": WIKI,
      "both.corp.example/A": "NOERROR both.corp.example. 10.0.0.51",
    };
    expect(answers({ site: 7 }, "127.0.0.1", expected)).toEqual(expected);
  });
});

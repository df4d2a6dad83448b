import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { filesOf } from "../../../../components/clients/files.ts";
import { soundFacts } from "./facts.ts";
import { kits } from "./kits.ts";

const files = filesOf(kits["two-gateways"] ?? []);
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsproxy-clients-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function outputOf(command: string, args: readonly string[]): string {
  return execFileSync(command, [...args], { encoding: "utf8" }).trim();
}

/** What ssh does for a host; the command that asks whether a port answers is `nc` of `path`. */
function proxyCommand(host: string, nc: "true" | "false"): string {
  const tools = join(folder, `tools-${nc}`);
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, "nc"), `#!/bin/sh\nexit ${nc === "true" ? 0 : 1}\n`, { mode: 0o755 });
  const env = { ...process.env, PATH: `${tools}:${process.env.PATH}` };
  const text = execFileSync("ssh", ["-G", "-F", join(folder, "ssh/config"), host], {
    encoding: "utf8",
    env,
    stdio: "pipe",
  });
  return /^proxycommand (.*)$/m.exec(text)?.[1] ?? "";
}

describe("the configuration of ssh", () => {
  const NAS = "nas.work.internal";
  it.each([
    [NAS, "true", "nc -X 5 -x 100.64.0.10:11080 %h %p"],
    [NAS, "false", "nc -X 5 -x 100.64.0.11:12080 %h %p"],
    ["10.0.0.50.lab.internal", "false", "nc -X 5 -x 100.64.0.10:11081 %h %p"],
    ["nas.tail1234.ts.net", "true", "nc -X 5 -x 100.64.0.10:11080 %h %p"],
    ["nas.shop.internal", "true", "nc -X connect -P ann -x 100.64.0.10:11082 %h %p"],
    ["nas.old.work.internal", "true", "nc -X 5 -x 100.64.0.11:12081 %h %p"],
    ["nas.inner.work.internal", "true", ""],
    ["nas.xwork.internal", "true", ""],
    ["example.com", "true", ""],
  ] as const)("leads %s, when nc answers %s, by: %s", (host, nc, expected) => {
    expect(proxyCommand(host, nc)).toBe(expected);
  });
});

describe("the configuration of git", () => {
  const proxyOf = (url: string) => {
    const args = ["config", "--file", join(folder, "git/config"), "--get-urlmatch", "http.proxy", url];
    return spawnSync("git", args, { encoding: "utf8" }).stdout.trim();
  };
  it.each([
    ["https://git.work.internal/x.git", "socks5h://100.64.0.10:11080"],
    ["http://10.0.0.50.work.internal/", "socks5h://100.64.0.10:11080"],
    ["https://wiki.corp.example.work.internal/", "socks5h://100.64.0.10:11080"],
    ["https://git.old.work.internal/", "socks5h://ann@100.64.0.11:12081"],
    ["https://git.shop.internal/", "http://ann@100.64.0.10:11082"],
    ["https://git.inner.work.internal/", ""],
    ["https://git.xwork.internal/", ""],
    ["https://example.com/", ""],
  ])("leads %s to %s", (url, expected) => expect(proxyOf(url)).toBe(expected));

  it("leads names below an end of one letter to that, though a pattern of another end is as long", () => {
    const gateway = { address: "100.64.0.10" };
    const tailnets = {
      work: { port: 11080, suffix: "work.internal" },
      x: { port: 11081, suffix: "x.work.internal" },
    };
    const file = join(folder, "git/one-letter");
    writeFileSync(file, filesOf([{ ...gateway, tailnets }])["git/config"] ?? "");
    const args = ["config", "--file", file, "--get-urlmatch", "http.proxy", "https://a.x.work.internal/"];
    expect(outputOf("git", args)).toBe("socks5h://100.64.0.10:11081");
  });
});

describe("the functions for shells", () => {
  /** `name` called with those words, where no port answers but that of `up`. */
  const shell = (up: string, ...words: string[]) => {
    const script = `. "$1"; nc() { [ "$3:$4" = "$2x" ] || [ "$3:$4" = "${up}" ]; }; shift; "$@"`;
    return spawnSync("sh", ["-c", script, "sh", join(folder, "shell/tailnets.sh"), ...words], {
      encoding: "utf8",
    });
  };
  const asked = ["sh", "-c", 'echo "$ALL_PROXY ${https_proxy-none}"'];

  it.each([
    ["100.64.0.10:11080", ["tailnet", "work"], "socks5h://100.64.0.10:11080 http://100.64.0.10:11080"],
    ["100.64.0.11:12080", ["tailnet", "work"], "socks5h://100.64.0.11:12080 http://100.64.0.11:12080"],
    ["", ["tailnet", "lab"], "socks5h://100.64.0.10:11081 none"],
    ["", ["tailnets"], "socks5h://100.64.0.10:1080 http://100.64.0.10:1080"],
  ])("with %s up run a command by %j with %s", (up, words, expected) => {
    expect(shell(up, ...words, ...asked).stdout.trim()).toBe(expected);
  });

  it("leave the shell as it was", () => {
    const script = '. "$1"; tailnet lab true; echo "${ALL_PROXY-none} ${http-none}"';
    expect(outputOf("sh", ["-c", script, "sh", join(folder, "shell/tailnets.sh")])).toBe("none none");
  });

  it.each([
    [["tailnet", "shop", "true"], "asks for a login"],
    [["tailnet", "work"], "a COMMAND is missing"],
    [["tailnets"], "a COMMAND is missing"],
    [["tailnet", "nosuch", "true"], "usage: tailnet work|lab|shop|bare|old"],
  ])("refuse %j and say why", (words, said) => {
    const { status, stderr } = shell("", ...words);
    expect(status).toBe(2);
    expect(stderr).toContain(said);
  });
});

describe("the scripts for macOS", () => {
  const script = (name: string, at: string) =>
    spawnSync("sh", [join(folder, `dns/macos-${name}.sh`), at], { encoding: "utf8" });

  it("write a file for each domain and take away those alone", () => {
    const at = join(folder, "resolver");
    mkdirSync(at);
    writeFileSync(join(at, "corp.example"), "nameserver 192.0.2.1\n");
    // of a kit that had another domain
    writeFileSync(join(at, "former.internal"), "# from the client kit of tsproxy\nnameserver 192.0.2.1\n");
    expect(script("install", at).status).toBe(0);
    expect(script("install", at).status).toBe(0);
    expect(readFileSync(join(at, "old.work.internal"), "utf8")).toBe(
      "# from the client kit of tsproxy\nnameserver 100.64.0.11\nport 5353\n",
    );
    expect(readdirSync(at)).toHaveLength(7);
    expect(script("remove", at).status).toBe(0);
    expect(readdirSync(at)).toEqual(["corp.example"]);
  });

  it("change nothing where a file belongs to something else", () => {
    const at = join(folder, "taken");
    mkdirSync(at);
    writeFileSync(join(at, "lab.internal"), "nameserver 192.0.2.1\n");
    const { status, stderr } = script("install", at);
    expect([status, stderr]).toEqual([
      1,
      `${at}/lab.internal belongs to something else; nothing was changed\n`,
    ]);
    expect(script("remove", at).status).toBe(0);
    expect(readdirSync(at)).toEqual(["lab.internal"]);
  });
});

describe("every file", () => {
  it.each(Object.keys(files).filter((path) => path.endsWith(".sh")))(
    "%s is a script that sh can read",
    (path) => {
      expect(spawnSync("sh", ["-n", join(folder, path)], { encoding: "utf8" })).toMatchObject({
        status: 0,
        stderr: "",
      });
    },
  );

  it.each(Object.keys(files).filter((path) => path.endsWith(".curlrc")))(
    "%s is one that curl can read",
    (path) => {
      const { stderr } = spawnSync("curl", ["-K", join(folder, path)], { encoding: "utf8" });
      // all that it lacks is an address
      expect(stderr).toMatch(/^curl: (?:\(2\) )?no URL specified/m);
    },
  );

  it.each(Object.keys(files).filter((path) => path.endsWith(".ps1")))(
    "%s asks for no command but these",
    (path) => {
      const commands = (files[path] ?? "").match(/(?<![-\w])[A-Z]\w+-[A-Z]\w+/g) ?? [];
      const known = ["Get", "Add", "Remove"].map((verb) => `${verb}-DnsClientNrptRule`);
      expect([...known, "Where-Object", "Clear-DnsClientCache"]).toEqual(expect.arrayContaining(commands));
      expect(commands.length).toBeGreaterThan(3);
    },
  );

  it("names headscale's settings in YAML", () => {
    const [, text = ""] = /```yaml\n([\s\S]*?)```/.exec(files["dns/primary-tailnet.md"] ?? "") ?? [];
    expect(parse(text).dns.nameservers.split).toMatchObject({ "work.internal": ["100.64.0.10"] });
  });

  it("ends with one line end, and has no line with a space at its end", () => {
    for (const text of Object.values(files)) {
      expect(text).toMatch(/[^\n]\n$/);
      expect(text).not.toMatch(/[ \t]\n/);
    }
  });
});

describe("README.md", () => {
  it("says of each other file where it goes and how it is taken away", () => {
    const rows = (files["README.md"] ?? "").split("\n").map((line) => line.split(" | "));
    for (const path of Object.keys(files).filter((one) => one !== "README.md")) {
      const row = rows.find(([first]) => first === `| \`${path}\``) ?? [];
      expect(row).toHaveLength(4);
      expect(row.every((cell) => cell.length > 5)).toBe(true);
    }
  });

  it("speaks of no file that is not there, whatever the gateways have", () => {
    fc.assert(
      fc.property(soundFacts, (facts) => {
        const all = filesOf(facts);
        const spoken = Object.entries(all).filter(([path]) => path.endsWith(".md"));
        const named = spoken.flatMap(([, text]) => [
          ...text.matchAll(/`((?:browsers|dns|git|shell|ssh)\/[^`]*)`/g),
        ]);
        for (const [, path = ""] of named)
          expect(Object.keys(all).some((one) => one.startsWith(path))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it("begins with who needs none of it, where there are routes", () => {
    const [, , first] = (filesOf(kits.routes ?? [])["README.md"] ?? "").split("\n");
    expect(first).toMatch(/^\*\*Most need none of these files\.\*\*/);
  });
});

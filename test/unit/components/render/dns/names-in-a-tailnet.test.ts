import { besideResolver, canResolve, tailscale, uplink } from "./resolver.ts";

const OFF = { tailscale: tailscale(false), uplink: uplink("198.51.100.1"), other: uplink("198.51.100.2") };
const ON = { ...OFF, tailscale: tailscale(true) };

/** The domain becomes known, as its unit has it become. */
const known = (domain: string) => `echo ${domain} >/run/domain\ndomain ask\ndomain write`;

/** What the resolver answers to each question. */
function answers(corefiles: typeof ON, before: string, questions: readonly string[]): Record<string, string> {
  const printed = besideResolver(corefiles, `resolver\n${before}\nask 127.0.0.1 ${questions.join(" ")}`);
  return Object.fromEntries(
    printed
      .trimEnd()
      .split("\n")
      .map((line) => line.split(": ")),
  );
}

(canResolve ? describe : describe.skip)("names of machines", () => {
  it("are asked below the tailnet's domain, as soon as that is known", () => {
    expect(answers(OFF, "", ["nas.work/A"])).toEqual({ "nas.work/A": "SERVFAIL" });
    expect(answers(OFF, known("tn1.example"), ["nas.work/A", "six.work/AAAA"])).toEqual({
      "nas.work/A": "NOERROR nas.work. 100.64.0.7",
      "six.work/AAAA": "NOERROR six.work. fd7a115ca1e000000000000000000006",
    });
  });

  it("are asked as bare labels until then", () => {
    expect(answers(ON, "", ["nas.work/A"])).toEqual({ "nas.work/A": "NOERROR nas.work. 100.64.0.7" });
  });

  it("of 4via6 addresses are asked as bare labels always", () => {
    const via = "10-0-0-50-via-7.work";
    expect(answers(OFF, known("tn1.example"), [`${via}/AAAA`, `${via}/A`, `${via}/HTTPS`])).toEqual({
      [`${via}/AAAA`]: `NOERROR ${via}. fd7a115ca1e00b1a000000070a000032`,
      [`${via}/A`]: "NOERROR SOA work.",
      [`${via}/HTTPS`]: "NOERROR SOA work.",
    });
  });

  it("that nobody has are asked of no other resolver", () => {
    const out = besideResolver(
      OFF,
      `resolver\n${known("tn1.example")}\nask 127.0.0.2 nosuch.tn1.example/A nosuch.tn1.example/MX nosuch/A a.nosuch.tn1.example/A`,
    );
    expect(out.trimEnd().split("\n")).toEqual([
      "nosuch.tn1.example/A: NXDOMAIN",
      "nosuch.tn1.example/MX: NXDOMAIN",
      "nosuch/A: NXDOMAIN",
      "a.nosuch.tn1.example/A: NOERROR a.nosuch.tn1.example. 198.51.100.1",
    ]);
  });
});

(canResolve ? describe : describe.skip)("IPv6 addresses with hyphens for their colons", () => {
  const address = (label: string, hex: string) => [`${label}.work/AAAA`, `NOERROR ${label}.work. ${hex}`];
  const expected = Object.fromEntries([
    address("fd00-1--50", "fd000001000000000000000000000050"),
    address("www.fd00-1--50", "fd000001000000000000000000000050"),
    address("2001-db8--", "20010db8000000000000000000000000"),
    address("2001-db8-0-1-2-3-4-5", "20010db8000000010002000300040005"),
    address("fd7a-115c-a1e0-b1a-0-7-a00-32", "fd7a115ca1e00b1a000000070a000032"),
    ["fd00-1--50.work/A", "NOERROR SOA work."],
    ["fd00-1--50.work/HTTPS", "NOERROR SOA work."],
    ...["--1", "0--1", "--ffff-7f00-1", "0-0-0-0-0-ffff-a00-32", "fe80--1", "ff02--1", "fd00--1--2"].map(
      (label) => [`${label}.work/AAAA`, "NXDOMAIN SOA work."],
    ),
  ]);

  it("are names under a suffix, but for those of this machine and of many", () => {
    expect(answers(OFF, known("tn1.example"), Object.keys(expected))).toEqual(expected);
  });
});

(canResolve ? it : it.skip)("every negative answer under a suffix may be remembered", () => {
  const denied = ["nosuch", "a.b", "999", "127.0.0.1", "10.200.0.6"];
  const types = ["A", "AAAA", "HTTPS", "TXT", "MX"];
  const asked = (names: readonly string[], kinds: readonly string[]) =>
    names.flatMap((name) => kinds.map((type) => `${name}.work/${type}`));
  const all = (questions: readonly string[], answer: string) =>
    Object.fromEntries(questions.map((question) => [question, answer]));
  const expected = {
    ...all(asked(denied, types), "NXDOMAIN SOA work."),
    ...all(
      ["work/A", ...asked(["0.50"], types), ...asked(["10.0.0.50", "nas"], types.slice(1))],
      "NOERROR SOA work.",
    ),
    ...all(asked(["six"], types.slice(2)), "NOERROR SOA work."),
  };
  expect(answers(OFF, known("tn1.example"), Object.keys(expected))).toEqual(expected);
});

(canResolve ? describe : describe.skip)("the domain of a tailnet", () => {
  it("is followed when the control server changes it", () => {
    const out = besideResolver(
      OFF,
      `resolver
${known("tn1.example")}
printf '#!/bin/sh\\ntimeout 0.2 tail -f /dev/null || :\\n' >/run/sleep
chmod 0755 /run/sleep
mount --bind /run/sleep /usr/bin/sleep
domain watch &
watcher=$!
timeout 1 tail -f /dev/null || kill -0 $watcher
echo tn2.example >/run/domain
wait $watcher
cat /run/tsproxy/work/names/zone
domain ask
domain write
cat /run/tsproxy/work/names/zone`,
    );
    expect(out.match(/tn\d/g)).toEqual(["tn1", "tn2"]);
  });

  it("is told to the resolver when it is another one, and not again", () => {
    const out = besideResolver(
      OFF,
      `resolver\n${known("tn1.example")}\n${known("tn1.example")}\ncat /run/told; echo; ${known("tn2.example")}\ncat /run/told`,
    );
    const [once, twice] = out.split("\n\n");
    expect(once?.match(/tsproxy-work-dns/g)).toHaveLength(1);
    expect(twice?.match(/tsproxy-work-dns/g)).toHaveLength(2);
  });

  it("leaves bare labels when it is none, or lies under the suffix", () => {
    const domains = ["", "work", "tail.work", "tn1.example;x", "tn1..example", ".tn1.example"];
    const write = (domain: string) =>
      `echo '${domain}' >/run/own/domain\ndomain write\ncat /run/tsproxy/work/names/[!c]*`;
    expect(besideResolver(OFF, `resolver\n${domains.map(write).join("\n")}`).trim()).toBe("");
    expect(answers(ON, write("work"), ["nas.work/A"])).toEqual({
      "nas.work/A": "NOERROR nas.work. 100.64.0.7",
    });
  });

  it("is one line of what an unprivileged process says, and nothing else of it", () => {
    const out = besideResolver(
      OFF,
      `resolver\nprintf 'tn1.example\\nimport /etc/shadow\\n' >/run/own/domain\ndomain write\ncat /run/tsproxy/work/names/zone`,
    );
    expect(out).toBe(
      "rewrite stop name regex ^([a-z0-9-]*[a-z][a-z0-9-]*)\\.work\\.$ {1}.tn1.example. answer auto\n",
    );
  });
});

(canResolve ? it : it.skip)("a reload has the resolver ask the uplink's resolvers of now", () => {
  const change = "echo nameserver 198.51.100.2 >/run/tsproxy/work/resolv.conf";
  const reload = "kill -USR1 $(cat /run/coredns.pid)\nsleep 1";
  const ask = "ask 127.0.0.2 pub.example/A";
  const out = besideResolver(
    OFF,
    `resolver\n${ask}\n${change}\n${ask}\n${reload}\n${ask}\n${reload}\n${ask}`,
  );
  expect(out.match(/198\.51\.100\.\d/g)).toEqual([
    "198.51.100.1",
    "198.51.100.1",
    "198.51.100.2",
    "198.51.100.2",
  ]);
});

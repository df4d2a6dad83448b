import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Desired } from "../../../../../providers/engine/kinds/desired.ts";
import { goDirectory } from "../../../../toolchain/go.ts";
import { coredns } from "../../../../toolchain/go-programs.ts";
import { cases } from "../../cases.ts";

const COREDNS = join(goDirectory(coredns), "coredns");

const TOOLS = `test -x ${COREDNS} && command -v ip && unshare --mount --net true`;

/** Whether the resolver can run here: root, and a CoreDNS that the laboratory has built. */
export const canResolve = process.getuid?.() === 0 && spawnSync("sh", ["-c", TOOLS]).status === 0;

/**
 * In place of Tailscale's resolver. The tailnet's domain is `tn1.example`, or `tn2.example` after a change, with
 * the machines `nas` and, by IPv6 alone, `six`. Bare labels are machines too, as with MagicDNS, if `bare`. Without it,
 * names that it does not have are an error.
 */
export function tailscale(bare: boolean): string {
  const names = (machine: string) =>
    `^${machine}\\.${bare ? "(?:tn[12]\\.example\\.)?" : "tn[12]\\.example\\."}$`;
  return `.:53 {
    bind 100.100.100.100
    template IN A {
        match "${names("nas")}"
        answer "{{ .Name }} 5 IN A 100.64.0.7"
        fallthrough
    }
    template IN AAAA {
        match "${names("six")}"
        answer "{{ .Name }} 5 IN AAAA fd7a:115c:a1e0::6"
        fallthrough
    }
    template IN AAAA {
        match "^10-0-0-50-via-7\\.$"
        answer "{{ .Name }} 5 IN AAAA fd7a:115c:a1e0:b1a:0:7:a00:32"
        fallthrough
    }
    template IN ANY {
        match "${names("(?:nas|six)")}" "^10-0-0-50-via-7\\.$"
        fallthrough
    }
    template IN ANY {
        match "^[^.]+\\.$"
        rcode SERVFAIL
        fallthrough
    }
    template ANY ANY {
        rcode ${bare ? "NXDOMAIN" : "SERVFAIL"}
    }
}
`;
}

/** A resolver of the uplink at `address`, which says so in every answer. */
export function uplink(address: string): string {
  return `.:53 {
    bind ${address}
    template IN A {
        answer "{{ .Name }} 5 IN A ${address}"
    }
}
`;
}

/** Asks a server by UDP: `ask SERVER NAME/TYPE…`. Prints of each the status, the answers, and the owner of a SOA. */
const ASK = `
import dgram from "node:dgram";
const [server, ...questions] = process.argv.slice(2);
const TYPES = { A: 1, MX: 15, TXT: 16, AAAA: 28, HTTPS: 65, ANY: 255 };
const CODES = ["NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED"];
function nameAt(message, at) {
  const labels = [];
  let end = null;
  for (;;) {
    const length = message[at];
    if (length >= 192) { end ??= at + 2; at = message.readUInt16BE(at) & 0x3fff; continue; }
    if (length === 0) return [labels.join(".") + ".", end ?? at + 1];
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
}
function read(message) {
  const words = [CODES[message[3] & 15]];
  let [, at] = nameAt(message, 12);
  at += 4;
  for (let left = message.readUInt16BE(6) + message.readUInt16BE(8); left > 0; left -= 1) {
    const [owner, next] = nameAt(message, at);
    const type = message.readUInt16BE(next);
    const data = message.subarray(next + 10, next + 10 + message.readUInt16BE(next + 8));
    at = next + 10 + data.length;
    if (type === 6) words.push("SOA " + owner);
    else words.push(owner, type === 1 ? data.join(".") : type === 28 ? data.toString("hex") : "type " + type);
  }
  return words.join(" ");
}
for (const question of questions) {
  const [name, type] = question.split("/");
  const labels = name.split(".").map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const head = Buffer.from([0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const socket = dgram.createSocket("udp4");
  const answer = new Promise((resolve) => {
    socket.once("message", (message) => resolve(read(message)));
    setTimeout(() => resolve("no answer"), 10000).unref();
  });
  socket.send(Buffer.concat([head, ...labels, Buffer.from([0, 0, TYPES[type], 0, 1])]), 53, server);
  console.log(question + ": " + await answer);
  socket.close();
}
`;

const FILES = { ...cases.gateway?.files, ...cases["netns-tailnet"]?.files };

/** As tailscaled answers at its socket, for a tailnet with the domain in \`/work/domain\`. */
const CURL = `#!/bin/sh
printf '{\\n\\t"BackendState": "Running",\\n\\t"MagicDNSSuffix": "%s",\\n\\t"CurrentTailnet": {\\n\\t\\t"MagicDNSSuffix": "nested.example"\\n\\t}\\n}\\n' "$(cat /run/domain)"
`;

/** A reload of the resolver is all that it can do; what it was told is in `/run/told`. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >>/run/told
case $* in *tsproxy-work-dns.service) kill -USR1 $(cat /run/coredns.pid) && sleep 0.5 ;; esac
`;

/**
 * Prints what \`commands\` print beside the resolver of tailnet \`work\`, as it is rendered, with the suffix \`work\`.
 * They have \`ask\`, \`resolver\` (starts it), \`host\` (starts the host's, at 100.64.0.10), \`domain WORD\` (what its unit
 * runs), and \`serve COREFILE\`.
 *
 * @param suffix what is rendered for the suffix
 */
export function besideResolver(
  corefiles: Readonly<Record<string, string>>,
  commands: string,
  suffix: Desired["files"] = cases["suffix-dns"]?.files ?? {},
): string {
  const root = mkdtempSync(join(tmpdir(), "tsproxy-resolver-"));
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  };
  for (const [path, { content }] of Object.entries({ ...FILES, ...suffix })) write(path, String(content));
  for (const [name, text] of Object.entries(corefiles)) write(name, text);
  write("ask.mjs", ASK);
  write("curl", CURL, 0o755);
  write("systemctl", SYSTEMCTL, 0o755);
  const script = [
    "set -e",
    "mount -t tmpfs tmpfs /run",
    "mkdir -p /run/tsproxy/work /run/own",
    "export RUNTIME_DIRECTORY=/run/own",
    "echo nameserver 198.51.100.1 >/run/tsproxy/work/resolv.conf",
    // whatever this machine has there
    `mount --bind ${root}/etc /etc`,
    `mount --bind ${root}/curl /usr/bin/curl`,
    `mount --bind ${root}/systemctl $(readlink -f "$(command -v systemctl)")`,
    "ip link set dev lo up",
    "for a in 100.100.100.100 198.51.100.1 198.51.100.2 10.200.0.5 10.200.0.6 100.64.0.10; do ip addr add $a/32 dev lo; done",
    // as over the pair: the host asks from its own end
    "ip route replace local 10.200.0.6 dev lo src 10.200.0.5 table local",
    `ask() { ${process.execPath} ${root}/ask.mjs "$@"; }`,
    `answers() { until ask $1 x/A | grep -qv 'no answer'; do sleep 0.1; done; }`,
    `serve() { ${COREDNS} -conf $1 >>/run/log 2>&1 & }`,
    `resolver() { serve /etc/tsproxy/work/Corefile; echo $! >/run/coredns.pid; sleep 1; }`,
    "host() { serve /etc/tsproxy/Corefile; sleep 1; answers 100.64.0.10; }",
    "domain() { sh /etc/tsproxy/@domain $1 work work '^([a-z0-9-]*[a-z][a-z0-9-]*)\\.work\\.$'; }",
    `for c in ${Object.keys(corefiles).join(" ")}; do serve ${root}/$c; done`,
    commands,
  ].join("\n");
  const how = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", script];
  const { stdout, stderr, status } = spawnSync("unshare", how, { encoding: "utf8", timeout: 60_000 });
  rmSync(root, { recursive: true });
  if (status !== 0) throw new Error(`status ${status}\n${stdout}${stderr}`);
  return stdout;
}

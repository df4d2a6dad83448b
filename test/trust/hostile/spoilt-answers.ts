import type { Spoil } from "../../fake/wire.ts";
import type { Case } from "../contract.ts";
import { NASTY_WORDS, nasty } from "./nasty.ts";

/** What a host that is not ours any more makes of an answer. It has read the program and knows the nonce. */
export function spoiling(one: Case): Spoil {
  return (answer, nonce) => {
    let text = answer;
    for (let times = one.below(4); times > 0; times--) text = one.pick(WAYS)(text, nonce, one);
    return text;
  };
}

const LINES_MAX = 150_000;
const SIZE_MAX = 8 * 1024 * 1024;

type Way = (answer: string, nonce: string, one: Case) => string;

const WAYS: readonly [Way, ...Way[]] = [
  (answer, _, one) => answer.slice(0, one.below(answer.length + 1)),
  (answer, _, one) => answer.slice(one.below(answer.length + 1)),
  lines((all, one) => all.filter(() => one.below(10) > 0)),
  lines((all, one) => all.flatMap((line) => (one.below(10) > 0 ? [line] : [line, line]))),
  lines((all, one) => one.shuffled(all)),
  lines((all, one) => all.map((line) => (one.below(5) > 0 ? line : withNastyWord(line, one)))),
  lines((all, one) => all.map((line) => (one.below(5) > 0 ? line : nasty(one, line)))),
  lines((all, one) => inserted(all, one, nasty(one))),
  (answer, nonce, one) =>
    lines((all) => {
      let longer = all;
      for (let times = 1 + one.below(8); times > 0; times--)
        longer = inserted(longer, one, forged(one, nonce));
      return longer;
    })(answer, nonce, one),
  (answer, _, one) => garbled(answer, one),
  (answer, _, one) => (one.below(10) > 0 ? answer : inserted(answer.split("\n"), one, much(one)).join("\n")),
];

function lines(change: (all: readonly string[], one: Case) => readonly string[]): Way {
  return (answer, _, one) => change(answer.split("\n"), one).join("\n");
}

function inserted(all: readonly string[], one: Case, line: string): readonly string[] {
  const at = one.below(all.length + 1);
  return [...all.slice(0, at), line, ...all.slice(at)];
}

function withNastyWord(line: string, one: Case): string {
  const words = line.split(" ");
  words[one.below(words.length)] = nasty(one);
  return words.join(" ");
}

/** As much as is listened to. */
function much(one: Case): string {
  const line = `${forged(one, "")}\n`;
  const lines = line.split("\n").length - 1;
  return line.repeat(Math.floor(Math.min(LINES_MAX / lines, SIZE_MAX / line.length)));
}

function garbled(answer: string, one: Case): string {
  const bytes = Buffer.from(answer);
  for (let times = 1 + one.below(40); times > 0 && bytes.length > 0; times--)
    bytes[one.below(bytes.length)] = one.below(256);
  return bytes.toString("utf8");
}

/** A line, or a few, that the code that reads answers knows. */
function forged(one: Case, nonce: string): string {
  const word = nasty(one);
  const number = one.pick(["0", "1", "-1", "7", "99999999999999999999", "__proto__", word]);
  return one.pick([
    `= begin ${nonce}`,
    `= end ${nonce}`,
    `= over ${nonce}`,
    `= order ${number}`,
    `= step ${number}`,
    `= doing ${word}`,
    `= failed ${number}\n| ${word}\n| \u001b[31m${word}`,
    `= warning ${word}`,
    `= moved ${word}`,
    `= locked\n| ${word}`,
    `= finding ${number} ${word}`,
    `= content ${one.pick(["/etc/shadow", "/etc/tsproxy/work/node.json", word])}\n${word}`,
    `= manifests\n${word}.manifest\n tsproxy 1 contract test ${word}\n file /etc/${word}\n unit x.service keep /bin/${word} ${word}`,
    "= manifests\ntailnet-work.manifest\n tsproxy 1 contract test 00000000\n package $(id)\n probe a tailnet /run/a",
    "= manifests\ngateway.manifest\n tsproxy 1 somebody else -\n leave tailnet-logout /a /b /c x.service -1",
    `= host\n${word}`,
    `= files\n${word} 0:0 1:1 /etc/tsproxy/work/node.json\nffffffff ${word} ${number} ${word}`,
    `= digests\n${word}  /etc/tsproxy/work/node.json`,
    `= downloads\n${one.pick(NASTY_WORDS)} ${word}\n__proto__ polluted\n__proto__ polluted 1:1\nconstructor a b`,
    `= units\nId=${word}\nActiveState=${word}\n__proto__=${word}\nId=__proto__\nActiveState=active`,
    `= stamps\n${word} ${word} ${word}`,
    `= checks\n/etc/tsproxy/kernel check\n${word} ${number}`,
    `= packages\n${word} installed`,
    ` ${probe(one)}\n@ /run/tsproxy-work/tailscaled.sock`,
    `= probes\n ${probe(one)}\n@ /run/tsproxy-work/tailscaled.sock`,
  ]);
}

function probe(one: Case): string {
  const word = nasty(one);
  return one.pick([
    "[".repeat(100_000),
    '{"a":'.repeat(10_000),
    JSON.stringify({
      BackendState: word,
      HaveNodeKey: true,
      TailscaleIPs: [word, {}, [word]],
      Health: [word],
    }),
    JSON.stringify({ BackendState: "Running", HaveNodeKey: true, Self: { DNSName: word } }),
    JSON.stringify({ BackendState: "Running", HaveNodeKey: true, MagicDNSSuffix: word, Self: [word] }),
    JSON.stringify({ BackendState: "NeedsLogin", HaveNodeKey: false, Health: Array(1000).fill(word) }),
    '{"__proto__":{"BackendState":"Running"},"constructor":{"prototype":{"polluted":1}}}',
    '{"BackendState":"\\ud800\\u001b[2J","HaveNodeKey":true,"TailscaleIPs":"no list"}',
    "null",
    "7",
    '"text"',
    word,
  ]);
}

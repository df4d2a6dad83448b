import type { Case } from "../contract.ts";

/** Words that have broken programs before. Those with a command in them make the file {@link PWNED} where a shell runs it. */
export const PWNED = "/run/pwned";

export const NASTY_WORDS: readonly [string, ...string[]] = [
  "",
  "__proto__",
  "constructor",
  "__defineGetter__",
  "toString",
  "-",
  "--",
  "-rf",
  "--help",
  "..",
  "../../etc/passwd",
  "/etc/shadow",
  "~",
  "*",
  "?",
  "[a-z]*",
  "{a,b}",
  "$HOME",
  "${IFS}",
  `$(touch ${PWNED})`,
  `\`touch ${PWNED}\``,
  `;touch ${PWNED};`,
  `|touch ${PWNED}`,
  `&touch ${PWNED}&`,
  `'$(touch ${PWNED})'`,
  `"$(touch ${PWNED})"`,
  `'; touch ${PWNED}; '`,
  `"; touch ${PWNED}; "`,
  `\n touch ${PWNED}\n`,
  `x\n[Service]\nExecStartPre=/bin/touch ${PWNED}`,
  `\r\ntouch ${PWNED}`,
  "%n",
  "%%",
  "%i%H%s",
  "$1",
  "\\",
  "\\\\",
  "\\n",
  "'",
  '"',
  "''",
  "#",
  "{{",
  "<%secret%>",
  "\u0000",
  "a\u0000b",
  "\u0007",
  "\u001b[2J",
  "\u001b]0;title\u0007",
  "\u009b31m",
  "\u202egnp.exe",
  "\u2028",
  "\u200b",
  "\ufeff",
  "\ud800",
  "é",
  "ﬀ",
  "１２",
  "🜏",
  "-1",
  "0",
  "1e9",
  "0x10",
  "NaN",
  "99999999999999999999",
  "1.2.3.4.5",
  "10.0.0.0/8/8",
  "a".repeat(300),
  "x ".repeat(200),
  "= end 0123456789abcdef",
  "| forged",
];

/** One of them, or some glued together or to `usual`. */
export function nasty(one: Case, usual = "work"): string {
  const word = one.pick(NASTY_WORDS);
  switch (one.below(6)) {
    case 0:
      return `${usual}${word}`;
    case 1:
      return `${word}${usual}`;
    case 2: {
      const at = one.below(usual.length + 1);
      return `${usual.slice(0, at)}${word}${usual.slice(at)}`;
    }
    case 3:
      return `${word}${one.pick(NASTY_WORDS)}`;
    case 4:
      return Array.from({ length: 1 + one.below(12) }, () => anyCharacter(one)).join("");
    default:
      return word;
  }
}

/** Mostly of ASCII, all of which is as likely. */
function anyCharacter(one: Case): string {
  return String.fromCodePoint(one.below(4) > 0 ? one.below(128) : one.below(0xffff));
}

import { Canary } from "../../fake/canary.ts";

const canary = new Canary("the key");
const { core } = canary;
const folded = (text: string, width: number, by: string) =>
  (text.match(new RegExp(`.{1,${width}}`, "g")) ?? []).join(by);
const base64 = (text: string) => Buffer.from(text).toString("base64");

const WAYS: Readonly<Record<string, string>> = {
  "as it is": `x${core}y`,
  "in part": core.slice(5, 18),
  backwards: [...core].reverse().join(""),
  "in base64": base64(core),
  "in base64, a byte later": base64(`"${core}"`),
  "in base64, two bytes later": base64(`\n\n${core}`),
  "in base64 of lines": folded(base64(`key ${core} and more of it`.repeat(4)), 76, "\n"),
  "in hexadecimal": Buffer.from(core).toString("hex"),
  "in capital hexadecimal, by pairs": folded(Buffer.from(core).toString("hex").toUpperCase(), 2, " "),
  "percent-encoded": [...core].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join(""),
  "in escapes of JSON": [...core].map((letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join(""),
  "over lines": folded(core, 5, "\n"),
  "over lines within JSON": JSON.stringify(folded(core, 7, "\n")),
  "over lines within JSON within JSON": JSON.stringify(JSON.stringify(folded(core, 7, "\n"))),
  "in UTF-16": Buffer.from(core, "utf16le").toString("latin1"),
};

it.each(Object.entries(WAYS))("a canary is known again %s", (_, text) => {
  expect(canary.tracesIn(`some text before ${text} and behind`)).toContain("the key in ");
  expect(canary.tracesIn(Buffer.from(`binary ${text}`, "latin1"))).toContain("the key in ");
});

it("a canary is not seen where it is not", () => {
  expect(canary.tracesIn(`${core.slice(0, 11)}! ${new Canary("another").core}`)).toBeNull();
});

it.each(["as it is", "in base64", "in base64, a byte later", "in base64, two bytes later", "in hexadecimal"])(
  "grep finds a canary %s",
  (way) => expect(canary.needles().some((needle) => WAYS[way]?.includes(needle))).toBe(true),
);

import { randomBytes } from "node:crypto";

/** So much of a secret in one piece is no accident. */
const PIECE = 12;
const LENGTH = 32;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/**
 * A secret that is known again wherever it turns up: whole or in part, in the clear, in base64 wherever it
 * begins in it, in hexadecimal, backwards, percent- or JSON-encoded, in UTF-16, or split over lines.
 */
export class Canary {
  /** What it is, as a finding calls it: `the auth key`. */
  readonly name: string;
  /** Letters and digits only, so that few encodings change it. */
  readonly core: string;
  readonly #pieces = new Set<string>();

  constructor(name: string, core: string = randomCore()) {
    if (!/^[A-Za-z0-9+/=_-]+$/.test(core) || core.length < 2 * PIECE)
      throw new Error(`${name}: a canary is ${2 * PIECE} or more characters of base64`);
    this.name = name;
    this.core = core;
    for (const text of formsOf(core))
      for (let at = 0; at + PIECE <= text.length; at++) this.#pieces.add(text.slice(at, at + PIECE));
  }

  /** How it is found in `text`, with what stands around it; `null` when it is not. */
  tracesIn(text: string | Buffer): string | null {
    const plain = typeof text === "string" ? text : text.toString("latin1");
    for (const form of [plain, joined(plain)]) {
      const at = this.#find(form);
      if (at >= 0) return `${this.name} in ${JSON.stringify(form.slice(Math.max(0, at - 60), at + 40))}`;
    }
    return null;
  }

  /** Fixed strings of which one stands in every text that holds all of it in one piece; for grep. */
  needles(): string[] {
    const middle = (text: string) => {
      const start = Math.floor((text.length - PIECE) / 2);
      return text.slice(start, start + PIECE);
    };
    return [...new Set(formsOf(this.core).map(middle))];
  }

  #find(text: string): number {
    for (let at = 0; at + PIECE <= text.length; at++)
      if (this.#pieces.has(text.slice(at, at + PIECE))) return at;
    return -1;
  }
}

function randomCore(): string {
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
}

function formsOf(core: string): string[] {
  const bytes = Buffer.from(core);
  const base64 = [0, 1, 2].map((shift) => {
    const all = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    // the first and last characters depend on what stands beside it
    return all.slice(Math.ceil((shift * 4) / 3), -1);
  });
  const hex = bytes.toString("hex");
  return [core, [...core].reverse().join(""), ...base64, hex, hex.toUpperCase()];
}

/** Without what encodings and line breaks put between the characters of a text. */
function joined(text: string): string {
  return text
    .replace(/\\u00([0-7][0-9a-f])|%([0-7][0-9a-f])/gi, (_, a?: string, b?: string) =>
      String.fromCharCode(Number.parseInt(a ?? b ?? "", 16)),
    )
    .replace(/\\+[nrt]/g, "")
    .replace(/[^A-Za-z0-9+/=_-]/g, "");
}

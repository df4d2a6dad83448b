import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const checkout = resolve(__dirname, "../../..");

/** Text of a file of the checkout. */
export const textOf = (path: string): string => readFileSync(join(checkout, path), "utf8");

/** Every document that people read. */
export const documents: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...["docs", "docs/adr"].flatMap((folder) =>
    readdirSync(join(checkout, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${folder}/${name}`),
  ),
];

/** A block of code in a document. */
export interface Block {
  readonly language: string;
  readonly text: string;
  /** The file it is a copy of. */
  readonly from: string | null;
}

export function blocksOf(text: string): Block[] {
  const block = /(?:<!-- from (\S+) -->\n)?```(\w*)\n([\s\S]*?)```$/gm;
  return [...text.matchAll(block)].map(([, from, language = "", content = ""]) => ({
    language,
    text: content,
    from: from ?? null,
  }));
}

/** What is wrong with the links of a document that lead into the checkout. */
export function brokenLinks(document: string): string[] {
  const prose = textOf(document)
    .replace(/```[\s\S]*?```/g, "")
    .replace(/`[^`\n]*`/g, "");
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(document, target));
}

function leadsSomewhere(document: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? document : join(dirname(document), path);
  if (!existsSync(join(checkout, file))) return false;
  return anchor === undefined || anchorsOf(textOf(file)).includes(anchor);
}

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

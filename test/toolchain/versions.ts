import versions from "./versions.json" with { type: "json" };

/** Every version that laboratory and tests pin: this file's neighbour `versions.json` is the only place to change one. */
export { versions };

/** The Debian releases a laboratory host can be made of. */
export type Suite = "bookworm" | "trixie";

/** @throws Error when `text` names no release of `versions.json`. */
export function asSuite(text: string): Suite {
  if (versions.suites.includes(text)) return text as Suite;
  throw new Error(`${text} is not a release the laboratory knows; use one of ${versions.suites.join(", ")}`);
}

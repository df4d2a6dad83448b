import { text } from "./plain.ts";

/** An http or https URL without user, query and fragment; `path` says whether it may have a path. */
export function url(what: string, path: "path" | "no path") {
  return text(what, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (parsed === null || !isPlain(parsed) || !/^[A-Za-z0-9._~:/%+,=@[\]-]+$/.test(value)) return false;
    return path === "path" || parsed.pathname === "/";
  });
}

function isPlain({ protocol, username, password, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && [username, password, search, hash].every((part) => part === "");
}

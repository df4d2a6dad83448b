import type { Way } from "./proofs.ts";

/** The ways to speak to a tailnet's port, as URLs for curl; the login of one of its users is in them. */
export function proxiesOf(gateway: string, { port, server, login }: Way): string[] {
  const schemes = server === "dante" ? ["socks5h"] : ["socks5h", "http"];
  const user = login === undefined ? "" : `${login}@`;
  return schemes.map((scheme) => `${scheme}://${user}${gateway}:${port}`);
}

/** The scheme, for the sentence of a proof about that proxy. */
export function schemeOf(proxy: string): string {
  return proxy.startsWith("http:") ? " by HTTP" : "";
}

/** Prints the page. @param proxy URL, or null: without one */
export function get(proxy: string | null, host: string): string {
  return `curl -s -m 6 ${proxy === null ? "" : `-x ${proxy} `}http://${host}/`;
}

/**
 * Prints `open` when there is a connection. A SOCKS server says so. An HTTP proxy may say it before it has tried, so
 * there the target has to be heard.
 */
export function opens(proxy: string, target: string, port: number): string {
  const curl = `curl -m 3 -x ${proxy}`;
  const url = `telnet://${target}:${port}`;
  if (proxy.startsWith("socks5h:"))
    return `${curl} -sv "${url}" </dev/null 2>&1 | grep -q 'request granted' && echo open`;
  // what is heard may begin with a zero byte, as an answer of DNS does: that is text to grep with -a only
  const heard = `${curl} -s -N -p "${url}" < <(printf "${WAKING[port] ?? ""}"; sleep 3) | head -c 1 | grep -qa .`;
  return `bash -c '${heard}' && echo open`;
}

/** What makes those answer that do not speak first: a question for the root's name servers, a greeting, a request. */
const WAKING: Readonly<Record<number, string>> = {
  53: `\\000\\021${"\\000\\007\\001\\000\\000\\001"}${"\\000".repeat(7)}\\000\\002\\000\\001`,
  80: "GET / HTTP/1.0\\r\\n\\r\\n",
  1080: "\\005\\001\\000",
};

import { fill } from "../template.ts";
import { type End, type ProxyPort, proxied } from "./ends.ts";
import { type ClientFile, json } from "./file.ts";

const CHROME_FOLDERS = "`/etc/chromium/policies/managed/`, of Chrome `/etc/opt/chrome/policies/managed/`";

/** Browsers by PAC and by policy. */
export function browserFiles(ends: readonly End[], isRouted: boolean): ClientFile[] {
  const pac = proxied(ends).length > 0 ? pacOf(ends) : null;
  const chrome = chromePolicy(ends, pac, isRouted);
  return [
    ...(pac === null ? [] : [pacFile(pac), firefoxFile(pac, hasAlternatives(ends))]),
    ...(Object.keys(chrome).length === 0 ? [] : [chromeFile(chrome)]),
  ];
}

function pacFile(text: string): ClientFile {
  return {
    path: "browsers/proxy.pac",
    what: "proxy configuration that Firefox and most systems take",
    where:
      "Firefox: _Settings → Network Settings → Automatic proxy configuration URL_, as `file:///…/proxy.pac`. Chrome takes none from a file: use its policy",
    away: "empty that field",
    text,
  };
}

function firefoxFile(pac: string, isFailover: boolean): ClientFile {
  const preference = (Value: number) => ({ Value, Status: "default" });
  const soon = {
    Preferences: {
      "network.http.connection-timeout": preference(5),
      "network.proxy.failover_timeout": preference(60),
    },
  };
  const policies = {
    Proxy: { Mode: "autoConfig", AutoConfigURL: dataUrl(pac), UseProxyForDNS: true },
    ...(isFailover && soon),
  };
  return {
    path: "browsers/firefox-policies.json",
    what: "policy of Firefox, with the PAC in it",
    where:
      "`/etc/firefox/policies/policies.json`; macOS and Windows: `distribution/policies.json` in the folder of the program (macOS: `Firefox.app/Contents/Resources/`)",
    away: "delete that file, or take these keys out of it",
    text: json({ policies }),
  };
}

function chromeFile(policy: object): ClientFile {
  return {
    path: "browsers/chrome-policies.json",
    what: "policy of Chrome, Chromium and their relatives",
    where: `\`tailnets.json\` in ${CHROME_FOLDERS}; macOS and Windows take the same names and values from a profile or a group policy`,
    away: "delete that file",
    text: json(policy),
  };
}

function chromePolicy(ends: readonly End[], pac: string | null, isRouted: boolean): object {
  // a site below a domain may have a certificate, and is asked by https first
  const plain = ends.filter(({ isSuffix }) => isSuffix).map(({ name }) => `[*.]${name}`);
  return {
    ...(pac !== null && {
      ProxySettings: { ProxyMode: "pac_script", ProxyPacUrl: dataUrl(pac) },
      WebRtcIPHandling: "disable_non_proxied_udp",
    }),
    ...(plain.length > 0 && { HttpAllowlist: plain }),
    ...(isRouted && { IPv6ReachabilityOverrideEnabled: true }),
  };
}

function pacOf(ends: readonly End[]): string {
  const ways = proxied(ends).map(({ name, proxies }) =>
    JSON.stringify([name, inPac(proxies) || "DIRECT"]).replace(",", ", "),
  );
  return fill("clients/proxy.pac", { ways });
}

/**
 * Browsers log in by HTTP only; who cannot log in is refused, and never goes past the proxy. Of several, Chrome takes
 * the next after nine seconds where one by HTTP is off, and by SOCKS after two minutes.
 */
function inPac(proxies: readonly ProxyPort[]): string {
  const isBackedUp = proxies.length > 1 && proxies.every(({ speaksHttp }) => speaksHttp);
  const byHttp = ({ speaksHttp, user }: ProxyPort) => isBackedUp || (user !== null && speaksHttp);
  return proxies
    .map((proxy) => `${byHttp(proxy) ? "PROXY" : "SOCKS5"} ${proxy.address}:${proxy.port}`)
    .join("; ");
}

function dataUrl(pac: string): string {
  return `data:application/x-ns-proxy-autoconfig;base64,${Buffer.from(pac).toString("base64")}`;
}

function hasAlternatives(ends: readonly End[]): boolean {
  return ends.some(({ proxies }) => proxies.length > 1);
}

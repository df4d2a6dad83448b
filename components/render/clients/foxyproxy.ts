import { type End, isBelow, type ProxyPort, proxied, type Tailnet } from "./ends.ts";
import { type ClientFile, json } from "./file.ts";

const COLORS = ["#44aa77", "#4477aa", "#aa7744", "#7744aa", "#aa4477", "#77aa44"];

/** The extension FoxyProxy, which also logs in to SOCKS in Firefox. */
export function foxyProxyFiles(tailnets: readonly Tailnet[], ends: readonly End[]): ClientFile[] {
  const data = tailnets.flatMap((tailnet, index) =>
    entriesOf(tailnet, ends, COLORS[index % COLORS.length] ?? ""),
  );
  if (data.length === 0) return [];
  const settings = { mode: "pattern", sync: false, autoBackup: false, passthrough: "", theme: "" };
  return [
    {
      path: "browsers/foxyproxy.json",
      what: "proxies and patterns of the extension FoxyProxy",
      where:
        "FoxyProxy: _Options → Import_, _Save_, then choose _Proxy by Patterns_ in its menu. Where a port has logins, put your name and password into its entry",
      away: "delete the entries in _Options → Proxies_, or remove the extension",
      text: json({ ...settings, container: {}, commands: {}, data }),
    },
  ];
}

/**
 * An entry for each port by which names lead to a tailnet, in the order of gateways: FoxyProxy takes the first active one that
 * fits, and a person switches to another.
 */
function entriesOf({ name: tailnet, proxies }: Tailnet, all: readonly End[], color: string): object[] {
  const own = all.filter((end) => end.tailnet === tailnet);
  return proxies.flatMap((proxy) => {
    const led = own.filter((end) => end.proxies.some((other) => isSame(other, proxy)));
    if (led.length === 0) return [];
    const inside = proxied(all).filter(
      (end) => !led.includes(end) && led.some(({ name }) => isBelow(end.name, name)),
    );
    const active = led.some(({ proxies: [first] }) => first !== undefined && isSame(first, proxy));
    const title = proxies.length === 1 ? tailnet : `${tailnet} (${proxy.address})`;
    const type = proxy.user !== null && proxy.speaksHttp ? "http" : "socks5";
    return [
      {
        ...{ active, title, type, hostname: proxy.address, port: String(proxy.port) },
        ...{ username: proxy.user ?? "", password: "", cc: "", city: "", color, pac: "", pacString: "" },
        ...{ proxyDNS: true, include: led.map(patternOf), exclude: inside.map(patternOf), tabProxy: [] },
      },
    ];
  });
}

function isSame(one: ProxyPort, other: ProxyPort): boolean {
  return one.address === other.address && one.port === other.port;
}

/** Patterns of FoxyProxy are compared with the whole URL. */
function patternOf({ name }: End): object {
  const pattern = `^[a-z]+://([^/@]+@)?([^/:@]+\\.)?${name.replaceAll(".", "\\.")}\\.?(:\\d+)?/`;
  return { type: "regex", title: name, pattern, active: true };
}

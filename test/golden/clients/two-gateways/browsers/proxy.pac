// Names that end so are left to a proxy; everything else goes its own way.
var ways = [
  ["inner.work.internal", "DIRECT"],
  ["old.work.internal", "SOCKS5 100.64.0.11:12081"],
  ["tail1234.ts.net", "SOCKS5 100.64.0.10:11080"],
  ["shop.internal", "PROXY 100.64.0.10:11082"],
  ["work.internal", "PROXY 100.64.0.10:11080; PROXY 100.64.0.11:12080"],
  ["lab.internal", "SOCKS5 100.64.0.10:11081"],
];

function FindProxyForURL(url, host) {
  host = host.toLowerCase();
  if (host.charAt(host.length - 1) === ".") host = host.slice(0, -1);
  for (var i = 0; i < ways.length; i++) {
    var end = ways[i][0];
    if (host === end || host.slice(-(end.length + 1)) === "." + end) return ways[i][1];
  }
  return "DIRECT";
}

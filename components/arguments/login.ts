import { authKey } from "./values/auth-key.ts";
import { hostLabel } from "./values/network.ts";
import { text, whole, yesOrNo } from "./values/plain.ts";
import type { Problem } from "./values/problem.ts";
import { faultOf } from "./values/refusal.ts";
import { url } from "./values/url.ts";

/** @internal Arguments by which a node is logged in to its tailnet. */
export const loginFields = {
  authKey: authKey.optional(),
  browserLogin: yesOrNo.default(false),
  loginServer: url('an http or https URL without path, for example "https://headscale.example"', "no path")
    .refine((value) => !isByIpv6(value), {
      error: faultOf(
        "names its server by an IPv6 address, which does not work here: write it by name or IPv4",
      ),
    })
    .default("https://controlplane.tailscale.com"),
  hostname: hostLabel.optional(),
  caCertificates: text("one or more certificates in PEM form", isCertificates).optional(),
  loginTimeout: whole("a number of seconds", 5, 600).default(60),
};

/** @internal A key or a browser, and not both. */
export function loginProblems(args: unknown, at: string): Problem[] {
  if (typeof args !== "object" || args === null) return [];
  const { authKey: key, browserLogin } = { authKey: undefined, browserLogin: undefined, ...args };
  if (key === undefined && browserLogin !== true)
    return [{ path: `${at}authKey`, text: "is missing: an auth key on one line" }];
  if (key !== undefined && browserLogin === true)
    return [{ path: `${at}browserLogin`, text: "does nothing beside an authKey; take one of them away" }];
  return [];
}

function isByIpv6(value: string): boolean {
  return URL.canParse(value) && new URL(value).hostname.startsWith("[");
}

function isCertificates(value: string): boolean {
  const isText = !/[\p{Cc}\p{Cs}]/u.test(value.replace(/[\r\n\t]/g, ""));
  return isText && /^-----BEGIN CERTIFICATE-----\r?$/m.test(value) && !value.includes("PRIVATE KEY");
}

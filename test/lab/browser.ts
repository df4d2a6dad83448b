import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { installMissing } from "../toolchain/apt.ts";
import { run } from "../toolchain/command.ts";
import type { Lab } from "./index.ts";

/** What a browser on the client is to open. */
export interface Visit {
  readonly browser: "chrome" | "firefox";
  /** ADDRESS:PORT of an HTTP proxy, or `policy`: what its administrator has set. @default none */
  readonly proxy?: string;
  /** What is typed into the dialog that asks for a login; without, it is left open. */
  readonly login?: { readonly username: string; readonly password: string };
  readonly pages: readonly string[];
}

/** What came of a page. */
export interface Opened {
  /** Of HTTP; 0: there was no answer. */
  readonly status: number;
  readonly text: string;
  /** Why the browser could not open it; empty: it could. */
  readonly error: string;
}

/** What the client's browsers are told by its administrator. */
export interface Administered {
  /** Address of its resolver. */
  readonly resolver: string;
  /** Texts of the files of policies, where browsers of this machine look for them. */
  readonly policies: Policies;
}

export interface Policies {
  readonly chrome: string;
  readonly firefox: string;
  /** Certificate of an authority that one of them names. @default none */
  readonly pem?: string;
}

const AUTHORITY = "/etc/authority.pem";

/**
 * Policies of those who trust an authority.
 *
 * @param pem its certificate, which also lies at the place that the policy of Firefox names
 * @param asksForIpv6 Chromium asks for IPv6 addresses in a network without IPv6
 */
export function trusting(pem: string, asksForIpv6 = true): Policies {
  return {
    pem,
    chrome: JSON.stringify({
      CACertificates: [pem.replaceAll(/-----[^-]+-----|\s/g, "")],
      // Where the network has no IPv6, Chromium does not ask for AAAA, though there is a way to such addresses.
      IPv6ReachabilityOverrideEnabled: asksForIpv6,
    }),
    firefox: JSON.stringify({ policies: { Certificates: { Install: [AUTHORITY] } } }),
  };
}

/** Real browsers of this machine in the network of the laboratory's client. Installs them when they are not there. */
export async function visit(lab: Lab, administered: Administered, visit: Visit): Promise<Opened[]> {
  await installMissing({ chromium: "chromium", "firefox-esr": "firefox-esr" });
  const scratch = mkdtempSync(join(tmpdir(), "tsproxy-browser-"));
  try {
    administer(scratch, administered);
    const inside = [
      "ip",
      "netns",
      "exec",
      `tsl-${lab.name}-client`,
      "unshare",
      ...OWN,
      "sh",
      "-c",
      ENTER,
      "sh",
    ];
    const script = join(import.meta.dirname, "browse.ts");
    const command = [...inside, scratch, process.execPath, "--disable-warning=ExperimentalWarning", script];
    return JSON.parse(await run(command, { stdin: JSON.stringify(visit), timeoutMs: 180_000 }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Its processes end with it. */
const OWN = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];

const ENTER = 'mount --bind "$1/etc" /etc && export HOME="$1/home" && shift && exec "$@"';

/** A copy of /etc in which a resolver and policies are others, and a home. */
function administer(
  scratch: string,
  { resolver, policies: { chrome, firefox, pem = "" } }: Administered,
): void {
  cpSync("/etc", join(scratch, "etc"), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(scratch, "home"));
  const files = {
    "/etc/resolv.conf": `nameserver ${resolver}\n`,
    [AUTHORITY]: pem,
    "/etc/chromium/policies/managed/policies.json": chrome,
    "/etc/firefox/policies/policies.json": firefox,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(scratch, path)), { recursive: true });
    rmSync(join(scratch, path), { force: true });
    writeFileSync(join(scratch, path), text);
  }
}

import type { Lab } from "../index.ts";
import { until } from "../waiting.ts";
import type { Variant } from "./index.ts";

const HOUR_S = 3_600;
const YEAR_S = 365 * 24 * HOUR_S;

/** Seconds from now on. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

export const SLOW_BY_AN_HOUR: Validity = { from: HOUR_S, to: 2 * YEAR_S };
export const FAST_BY_A_YEAR: Validity = { from: -2 * YEAR_S, to: -YEAR_S };

/** Hosts have this machine's clock, so it is the rest of the world that goes wrong. */
export const wrongClock: Variant = {
  what: "the certificate of control-work.internet is as the gateway sees it whose clock is slow by an hour",
  apply: (lab) => certify(lab, SLOW_BY_AN_HOUR),
};

const DIRECTORY = "/etc/headscale/work";

/** `$1` and `$2` are its first and its last second. Signed by itself: the laboratory's authority has no key any more. */
const SIGN = `set -e
cd ${DIRECTORY}
[ -e right.crt ] || cp tls.crt right.crt
scratch=$(mktemp -d)
trap 'rm -r $scratch' EXIT
openssl req -new -key tls.key -subj /CN=control-work -out $scratch/request
: >$scratch/index
cat >$scratch/settings <<END
[ca]
default_ca = self
[self]
database = $scratch/index
new_certs_dir = $scratch
rand_serial = yes
default_md = sha256
policy = names
[names]
commonName = supplied
[of_server]
basicConstraints = critical, CA:TRUE
subjectAltName = DNS:control-work.internet
END
stamp() { date -u -d "$1 seconds" +%Y%m%d%H%M%SZ; }
openssl ca -selfsign -batch -notext -config $scratch/settings -extensions of_server -keyfile tls.key \\
  -in $scratch/request -out tls.crt -startdate $(stamp $1) -enddate $(stamp $2) 2>$scratch/said || { cat $scratch/said >&2; exit 1; }
systemctl restart headscale-work.service`;

/** Gives the control server of `work` a certificate that is valid then. */
export async function certify(lab: Lab, { from, to }: Validity): Promise<void> {
  await lab.mustExec("control", ["sh", "-c", SIGN, "sh", String(from), String(to)]);
}

/** The certificate that it has: who trusts that, trusts it. */
export function certificate(lab: Lab): Promise<string> {
  return lab.mustExec("control", ["cat", `${DIRECTORY}/tls.crt`]);
}

/** Gives it back the certificate that it had at first. */
export async function setClock(lab: Lab): Promise<void> {
  await lab.mustExec(
    "control",
    `cp ${DIRECTORY}/right.crt ${DIRECTORY}/tls.crt && systemctl restart headscale-work.service`,
  );
  const { work } = lab.controls;
  await until("the control server", () => work.healthy(), 30_000, "journalctl -u headscale-work");
}

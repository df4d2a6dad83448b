import { SANDBOXED } from "../../components/render/names.ts";
import type { Lab } from "../../test/lab/index.ts";

/** The chain of one server, kept beside that of another one in the same namespace. */
export interface KeptChain {
  /** Port on the primary address. */
  readonly port: number;
  readonly units: { readonly relay: string; readonly socks: string };
}

/** What the copy's server is called in place of `socks`: in its unit, its files and its rules. */
const WORD = "bench";

/**
 * A tailnet has one port, so that one `up` makes the chain of one server. This copies what is there, every byte but
 * names and ports, to be started when an `up` with another server has taken its place.
 *
 * @param tailnet its name on the gateway
 * @param port that the product's chain has
 */
export async function keepChain(lab: Lab, tailnet: string, port: number): Promise<KeptChain> {
  const another = port + 12;
  const names = [
    `s/\\(${tailnet}[-/:]\\)socks/\\1${WORD}/g`,
    `s/${tailnet}-relay/${tailnet}-${WORD}-relay/g`,
    `s/tsproxy_socks\\b/tsproxy_${WORD}/g`,
    `s/\\b${port}\\b/${another}/g`,
    "s/\\b1080\\b/1081/g",
    // the firewall of the port stays the product's
    `s/tsproxy_${WORD}-${tailnet}/tsproxy_socks-${tailnet}/g`,
  ].join(";");
  const config = `/etc/tsproxy/${tailnet}`;
  await lab.mustExec(
    "gateway",
    `set -e
cp -r ${config}/socks ${config}/${WORD}
find ${config}/${WORD} -type f -exec sed -i '${names}' {} +
for unit in socks.service relay.service relay.socket; do
  name=${SANDBOXED}${tailnet}-$unit
  sed '${names}' "/etc/systemd/system/$name" > "/run/systemd/system/$(echo "$name" | sed '${names}')"
done
systemctl daemon-reload`,
  );
  const unit = `${SANDBOXED}${tailnet}-${WORD}`;
  return { port: another, units: { relay: `${unit}-relay.service`, socks: `${unit}.service` } };
}

export async function startChain(lab: Lab, { units }: KeptChain): Promise<void> {
  const socket = units.relay.replace(/service$/, "socket");
  await lab.mustExec("gateway", ["systemctl", "start", socket, units.socks, units.relay]);
}

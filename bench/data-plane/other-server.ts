import { SANDBOXED } from "../../components/render/names.ts";
import type { Lab } from "../../test/lab/index.ts";

/** The chain of one server, kept beside that of another one in the same namespace. */
export interface KeptChain {
  /** Port on the primary address. */
  readonly port: number;
  readonly units: { readonly relay: string; readonly socks: string };
}

const CONFIG = "/etc/bench-other";

/** The sandbox of the product's units is that of every unit whose name begins so. */
const WORD = `${SANDBOXED}bench`;

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
    `s/${SANDBOXED}${tailnet}\\([_-]socks\\|-relay\\)/${WORD}\\1/g`,
    `s#/etc/tsproxy/${tailnet}/socks#${CONFIG}#g`,
    "s/tsproxy_socks\\b/tsproxy_bench/g",
    `s/\\b${port}\\b/${another}/g`,
    "s/\\b1080\\b/1081/g",
    // the firewall of the port stays the product's
    `s/tsproxy_bench-${tailnet}/tsproxy_socks-${tailnet}/g`,
  ].join(";");
  await lab.mustExec(
    "gateway",
    `set -e
cp -r /etc/tsproxy/${tailnet}/socks ${CONFIG}
find ${CONFIG} -type f -exec sed -i '${names}' {} +
for unit in socks.service relay.service relay.socket; do
  sed '${names}' "/etc/systemd/system/${SANDBOXED}${tailnet}-$unit" > "/run/systemd/system/${WORD}-$unit"
done
systemctl daemon-reload`,
  );
  return { port: another, units: { relay: `${WORD}-relay.service`, socks: `${WORD}-socks.service` } };
}

export async function startChain(lab: Lab, { units }: KeptChain): Promise<void> {
  await lab.mustExec("gateway", ["systemctl", "start", `${WORD}-relay.socket`, units.socks, units.relay]);
}

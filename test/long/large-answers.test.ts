import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import { type Way, WORK } from "../lab/proofs.ts";
import { proxiesOf } from "../lab/proxies.ts";
import { LAN_DOMAIN } from "../lab/variants/lan-resolver.ts";
import { until } from "../lab/waiting.ts";

const NAME = `many.${LAN_DOMAIN}`;
/** Sixteen bytes each: more than fits into 512. */
const ADDRESSES = Array.from({ length: 40 }, (_, index) => `10.0.0.${100 + index}`);
const PORT = 8081;

/** A web server at all of them, and their name in the LAN's resolver. */
const SERVE = `for a in ${ADDRESSES.join(" ")}; do ip -n lan address add $a/24 dev eth0; done
systemd-run --quiet -p NetworkNamespacePath=/run/netns/lan busybox httpd -f -p ${PORT} -h /srv/lan
sed -i '/wiki\\.${LAN_DOMAIN}/a ${ADDRESSES.map((address) => `${address} ${NAME}`).join("\\n")}' /etc/lan-resolver/Corefile
systemctl restart lan-resolver`;

onLaboratory(
  "a name with more addresses than a small answer of DNS holds",
  "large",
  (bench) => {
    it.each(["dante", "sing-box"] as const)("is found by %s", async (server) => {
      const { configurations, lab, open } = bench();
      const way: Way = { ...WORK, server };
      if (server === "dante") await lab.mustExec("office", SERVE);
      const stack = await open(await configurations.of([way]));
      succeeded(await stack.up());
      for (const proxy of proxiesOf(lab.hosts.gateway.tailnetAddress, way)) {
        const ask = `curl -s -m 9 -x ${proxy} http://${NAME}:${PORT}/`;
        const isFound = async () => (await lab.exec("client", ask)).stdout === "office 10.0.0.50\n";
        await until(NAME, isFound, 20_000, ask);
      }
      succeeded(await stack.destroy());
    });
  },
  ["lan-resolver"],
);

import { keptRunning } from "../unit-files.ts";
import type { Variant } from "./index.ts";
import { LAN_RESOLVER, OTHER_RESOLVER } from "./lan-resolver.ts";
import { serve, write } from "./serve.ts";

const COREFILE = `. {
  bind ${LAN_RESOLVER} ${OTHER_RESOLVER}
  log
  errors
  file /etc/coredns/zone .
}
`;

const COREDNS = keptRunning(
  "Resolver of the gateway's LAN",
  "/usr/local/bin/coredns -conf /etc/coredns/lan",
  [
    ["ExecStartPre", address(LAN_RESOLVER)],
    ["ExecStartPre", address(OTHER_RESOLVER)],
  ],
);

function address(resolver: string): string {
  return `/sbin/ip address replace ${resolver}/24 dev eth1`;
}

/** The gateway's LAN has the addresses of the office's; what a question reaches tells which of the two it went to. */
export const resolverInRoute: Variant = {
  what: `the gateway's resolver is ${OTHER_RESOLVER} of its own LAN, an address inside the routes that tailnets advertise`,
  async apply(lab) {
    await write(lab, "mirror", { "/etc/coredns/lan": COREFILE });
    await serve(lab, "mirror", "lan-resolver.service", COREDNS);
    await write(lab, "gateway", { "/etc/resolv.conf": `nameserver ${OTHER_RESOLVER}\n` });
  },
};

import type { Lab } from "../index.ts";
import { keptRunning } from "../unit-files.ts";
import type { Variant } from "./index.ts";
import { serve, write } from "./serve.ts";

/** What names of the office's LAN end in. */
export const LAN_DOMAIN = "corp.example";
/** The resolver that the tailnet's settings name for them. */
export const LAN_RESOLVER = "10.0.0.53";
/** Another resolver there, which no setting names. */
export const OTHER_RESOLVER = "10.0.0.54";

/** It notes every question in the office's journal. What is not of its domain it answers wrongly. */
const COREFILE = `(resolver) {
  bind ${LAN_RESOLVER} ${OTHER_RESOLVER}
  log
  errors
}
${LAN_DOMAIN}. {
  import resolver
  hosts {
    10.0.0.50 wiki.${LAN_DOMAIN}
  }
}
. {
  import resolver
  template IN A {
    answer "{{ .Name }} 60 IN A 10.0.0.50"
  }
}
`;

const COREDNS = keptRunning(
  "Resolver of the LAN",
  "/usr/local/bin/coredns -conf /etc/lan-resolver/Corefile",
  [
    ["NetworkNamespacePath", "/run/netns/lan"],
    ["ExecStartPre", address(LAN_RESOLVER)],
    ["ExecStartPre", address(OTHER_RESOLVER)],
  ],
);

function address(resolver: string): string {
  return `/sbin/ip address replace ${resolver}/24 dev eth0`;
}

export const lanResolver: Variant = {
  what: `tailnet work has names under ${LAN_DOMAIN} resolved at ${LAN_RESOLVER}, in the LAN behind office`,
  async apply(lab: Lab) {
    await lab.give("office", "coredns");
    await write(lab, "office", { "/etc/lan-resolver/Corefile": COREFILE });
    await serve(lab, "office", "lan-resolver.service", COREDNS);
    await lab.nameMachines("work", { resolvers: { [LAN_DOMAIN]: [LAN_RESOLVER] } });
  },
};

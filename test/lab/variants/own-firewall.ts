import type { Variant } from "./index.ts";
import { install } from "./install.ts";

/** As Debian's handbook has it: what was not asked for is dropped, and SSH and the primary tailnet come in. */
const RULES = `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iif lo accept
    tcp dport 22 accept
    iifname tailscale0 accept
    icmp type echo-request accept
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
  }
}
`;

export const ownFirewall: Variant = {
  what: "the gateway's nftables.service flushes all tables when it starts, and drops what was not asked for",
  async apply(lab) {
    await lab.mustExec("gateway", ["tee", "/etc/nftables.conf"], { stdin: RULES });
    await lab.mustExec("gateway", install("nftables"));
    await lab.mustExec("gateway", "systemctl enable nftables.service && systemctl restart nftables.service");
    await lab.mustExec("gateway", "systemctl restart tailscaled.service && tailscale wait --timeout=30s");
  },
};

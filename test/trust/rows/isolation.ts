import type { Row } from "../contract.ts";
import { cells } from "../isolation/all-routes.ts";
import { isolationTrial } from "../isolation/trial.ts";

const WITHOUT_LAST_RULE =
  "sed -i -e '/^    drop$/d' -e '/jump to_uplink/d' /etc/tsproxy/firewall && /etc/tsproxy/kernel up work";

export const isolation: Row = {
  name: "isolation",
  title: "packets for others",
  unproved:
    "Namespaces share the laboratory's kernel, so a fault of the kernel itself shows nowhere. A peer that forges packets inside its own tunnel is stopped by tailscaled's filter before it meets ours; the laboratory sends what an unchanged tailscaled sends. Other programs that change the host's firewall or routes later are not part of it.",
  trials: [isolationTrial("iso", { fast: 5, whole: cells.length })],
  faults: [
    {
      name: "the rule that closes the host to a namespace is missing",
      trial: isolationTrial("isof", { fast: 0, whole: 4 }, WITHOUT_LAST_RULE),
    },
  ],
};

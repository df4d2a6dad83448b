import type { KernelObject } from "../../../providers/engine/kinds/kernel-object.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { CONFIG, DOOR_TABLE_PREFIX, FORWARDING_UNIT } from "../names.ts";
import { heldInKernel } from "../place/in-kernel.ts";
import { fill } from "../template.ts";
import { readable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import type { Door } from "./door.ts";

/**
 * Rules for the port of a door, in a table of their own: only its clients come in, and only by the primary tailnet.
 * systemd keeps others out as well, but cannot where the kernel lets it load no filter.
 *
 * @param scripts what makes and checks them.
 */
export function doorFirewall(door: Door, scripts: ReadFiles): Part {
  const { units, titles, tailnet, word } = door;
  const path: HostPath = `${CONFIG}/${tailnet}/${word}/door.nft`;
  const table: KernelObject = `table inet ${doorTable(tailnet, word)}`;
  const rules = rulesOf(door, doorTable(tailnet, word));
  const { service, check } = heldInKernel(`${tailnet}:${word}`);
  return {
    units: [
      {
        name: units.firewall,
        sections: [
          [
            "Unit",
            [
              ["Description", `Firewall of the ${titles.socket}`],
              ["After", `network-pre.target nftables.service ${FORWARDING_UNIT}`],
            ],
          ],
          service,
          ["Install", [["WantedBy", "multi-user.target"]]],
        ],
        readOnReload: { ...scripts, [path]: rules },
        check,
        // it is about a port of its own, which is not sshd's
        mayCutOff: false,
      },
    ],
    files: { [path]: readable(rules) },
    kernel: { [units.firewall]: [table] },
  };
}

function doorTable(tailnet: string, word: string): string {
  return `${DOOR_TABLE_PREFIX}${word}_${tailnet}`;
}

function rulesOf({ titles, address, port, clients, primaryInterface }: Door, table: string): string {
  const clients4 = clients.filter((network) => !network.includes(":"));
  return fill("place/door.nft", {
    title: titles.socket,
    table,
    address,
    port,
    primaryInterface,
    accept: clients4.length > 0 ? `ip saddr { ${clients4.join(", ")} } accept` : "",
  });
}

import type { KernelObject } from "../../../providers/engine/kinds/kernel-object.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { familyOf } from "../ipv6.ts";
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

function rulesOf({ titles, addresses, port, clients, primaryInterface }: Door, table: string): string {
  const at = addresses.map((address) => ({ family: familyOf(address), address }));
  return fill("place/door.nft", {
    title: titles.socket,
    table,
    at,
    port,
    primaryInterface,
    accept: at.flatMap(({ family }) => accepted(family, clients)),
  });
}

/** nft knows no set without a network. */
function accepted(family: "ip" | "ip6", clients: readonly string[]) {
  const networks = clients.filter((network) => familyOf(network) === family);
  return networks.length === 0 ? [] : [{ family, networks: networks.join(", ") }];
}

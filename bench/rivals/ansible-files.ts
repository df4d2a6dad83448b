import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { inCache } from "../../test/toolchain/cache.ts";
import type { BenchHost, Fleet, Objects } from "../contract.ts";

/** Where unit files, what networkd reads, and everything else lie below the tree of files, and on the host. */
export const SYSTEMD = "/etc/systemd/";
export const CONFIGURATION = "/etc/tsproxy/";

export interface AnsibleSettings {
  readonly fleet: Pick<Fleet, "keyFile" | "knownHosts">;
  /** For everything that Ansible writes on its own. */
  readonly folder: string;
  /** Folder of Mitogen's strategies, or `undefined`: none. */
  readonly mitogen: string | undefined;
}

/**
 * `ansible.cfg`: pipelining, one connection per host that lives as long as the run, no facts, no search for an
 * interpreter, and the host's key checked against the fleet's own list. Files go through a pipe, which takes a third
 * of the round trips that SFTP does.
 */
export function ansibleConfig({ fleet, folder, mitogen }: AnsibleSettings): string {
  const strategy =
    mitogen === undefined ? [] : [`strategy_plugins = ${mitogen}`, "strategy = mitogen_linear"];
  const connection = [
    "-C -o ControlMaster=auto -o ControlPersist=60s -o PreferredAuthentications=publickey",
    `-F /dev/null -o UserKnownHostsFile=${fleet.knownHosts} -o GlobalKnownHostsFile=/dev/null`,
    "-o IdentitiesOnly=yes -o IdentityAgent=none -o ForwardAgent=no",
  ];
  return [
    "[defaults]",
    "gathering = explicit",
    "host_key_checking = true",
    "interpreter_python = /usr/bin/python3",
    "remote_user = root",
    `private_key_file = ${fleet.keyFile}`,
    `home = ${folder}`,
    ...strategy,
    "[ssh_connection]",
    "pipelining = true",
    "transfer_method = piped",
    `ssh_args = ${connection.join(" ")}`,
    `control_path_dir = ${controlFolder(folder)}`,
    "",
  ].join("\n");
}

/** A socket's path has at most 107 bytes, of which ssh wants 28: the folder is named by a digest. */
function controlFolder(folder: string): string {
  const name = createHash("sha256").update(folder, "utf8").digest("hex").slice(0, 12);
  return inCache("bench", "work", `cp-${name}`);
}

/** The inventory, for `--inventory`. */
export function ansibleInventory(hosts: readonly BenchHost[]): string {
  return hosts.map(({ name, address }) => `${name} ansible_host=${address}\n`).join("");
}

/**
 * One play: folders by `copy`, which sends only what differs; one reload of systemd, by a handler, before the units,
 * because they are started from the new files.
 *
 * @param tree folder that holds the files as they lie on a host.
 */
export function ansiblePlaybook({ units }: Objects, tree: string): string {
  const copy = (path: string) => ({ src: `${tree}${path}`, dest: path, mode: "preserve" });
  return stringify([
    {
      hosts: "all",
      gather_facts: false,
      tasks: [
        { name: "configuration", "ansible.builtin.copy": copy(CONFIGURATION) },
        { name: "unit files", "ansible.builtin.copy": copy(SYSTEMD), notify: "daemon-reload" },
        { name: "systemd reads them", "ansible.builtin.meta": "flush_handlers" },
        {
          name: "units",
          "ansible.builtin.systemd_service": { name: "{{ item }}", enabled: true, state: "started" },
          loop: units,
        },
      ],
      handlers: [{ name: "daemon-reload", "ansible.builtin.systemd_service": { daemon_reload: true } }],
    },
  ]);
}

/** One play with one task: the script, which says `changed` when it changed something. */
export function scriptPlaybook(script: string): string {
  return stringify([
    {
      hosts: "all",
      gather_facts: false,
      tasks: [
        {
          name: "converge",
          "ansible.builtin.script": script,
          register: "converged",
          changed_when: "'changed' in converged.stdout",
        },
      ],
    },
  ]);
}

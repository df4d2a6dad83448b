import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BenchHost, Fleet, Objects, Tool } from "../contract.ts";
import { timed } from "./accounting.ts";
import { CONFIGURATION, SYSTEMD } from "./ansible-files.ts";
import type { PythonEnvironment } from "./python.ts";
import { cleanEnvironment, tool, writeTree } from "./tool.ts";

/** pyinfra: all hosts at once, without a question before and without waiting for each other. */
export async function pyinfra(python: PythonEnvironment): Promise<Tool> {
  return tool(`pyinfra ${await python.version("pyinfra")}`, "pyinfra", async (fleet, objects, folder) => {
    writeTree(join(folder, "files"), objects.files);
    writeFileSync(join(folder, "deploy.py"), pyinfraDeploy(objects));
    const program = [python.python, "-m", "pyinfra", "-y", "--no-wait", "inventory.py", "deploy.py"];
    return (hosts) => {
      writeFileSync(join(folder, "inventory.py"), pyinfraInventory(hosts, fleet));
      return timed(program, { cwd: folder, env: cleanEnvironment });
    };
  });
}

/** The inventory. A list or text in JSON is one in Python too. */
export function pyinfraInventory(
  hosts: readonly BenchHost[],
  { keyFile, knownHosts }: Pick<Fleet, "keyFile" | "knownHosts">,
): string {
  const targets = hosts.map(({ name, address }) => [name, { ssh_hostname: address }]);
  const connection = {
    ssh_user: "root",
    ssh_key: keyFile,
    ssh_known_hosts_file: knownHosts,
    ssh_strict_host_key_checking: "yes",
    ssh_config_file: "/dev/null",
  };
  return `hosts = ([tuple(host) for host in ${JSON.stringify(targets)}], ${JSON.stringify(connection)})\n`;
}

/** Folders by `files.sync`, one operation each; one reload of systemd, if there was something to read. */
export function pyinfraDeploy({ units }: Objects): string {
  const sync = (path: string) =>
    `files.sync(src=${JSON.stringify(`files${path}`)}, dest="${path.slice(0, -1)}", dir_mode="755")`;
  return `from pyinfra.operations import files, systemd

${sync(CONFIGURATION)}
unit_files = ${sync(SYSTEMD)}
systemd.daemon_reload(_if=unit_files.did_change)
for unit in ${JSON.stringify(units)}:
    systemd.service(service=unit, running=True, enabled=True)
`;
}

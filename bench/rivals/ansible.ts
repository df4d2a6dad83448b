import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fleet, Objects, Tool } from "../contract.ts";
import { timed } from "./accounting.ts";
import { ansibleConfig, ansibleInventory, ansiblePlaybook, scriptPlaybook } from "./ansible-files.ts";
import { writeConvergeScript } from "./converge-script.ts";
import type { PythonEnvironment } from "./python.ts";
import { cleanEnvironment, tool, writeTree } from "./tool.ts";

/** How Ansible's modules reach a host: over OpenSSH with pipelining, or by Mitogen in its place. */
export type Transport = "pipelining" | "mitogen";

/** What a play is made of; returns the text of the playbook. */
type Play = (objects: Objects, folder: string) => Promise<string>;

/** Ansible, one module per object. */
export async function ansible(python: PythonEnvironment, transport: Transport): Promise<Tool> {
  const play: Play = async (objects, folder) => {
    const tree = join(folder, "files");
    writeTree(tree, objects.files);
    return ansiblePlaybook(objects, tree);
  };
  return playing(
    `Ansible (${await versions(python, transport)})`,
    `ansible-${transport}`,
    python,
    transport,
    play,
  );
}

/** An expert's way out: everything in one script of his own, for which Ansible is only the way to the host. */
export async function scriptByAnsible(python: PythonEnvironment, transport: Transport): Promise<Tool> {
  const play: Play = async (objects, folder) => scriptPlaybook(await writeConvergeScript(objects, folder));
  const name = `one script by Ansible (${await versions(python, transport)})`;
  return playing(name, `script-${transport}`, python, transport, play);
}

async function versions(python: PythonEnvironment, transport: Transport): Promise<string> {
  const core = `core ${await python.version("ansible-core")}`;
  return transport === "mitogen"
    ? `${core}, Mitogen ${await python.version("mitogen")}`
    : `${core}, pipelining`;
}

function playing(
  name: string,
  slug: string,
  python: PythonEnvironment,
  transport: Transport,
  play: Play,
): Tool {
  return tool(name, slug, async (fleet: Fleet, objects, folder) => {
    const config = join(folder, "ansible.cfg");
    const inventory = join(folder, "hosts");
    const playbook = join(folder, "play.yml");
    const mitogen =
      transport === "mitogen" ? join(python.packages, "ansible_mitogen/plugins/strategy") : undefined;
    writeFileSync(config, ansibleConfig({ fleet, folder, mitogen }));
    writeFileSync(playbook, await play(objects, folder));
    const program = [python.python, join(python.python, "../ansible-playbook")];
    const env = { ...cleanEnvironment, ANSIBLE_CONFIG: config, ANSIBLE_NOCOLOR: "1" };
    return (hosts) => {
      writeFileSync(inventory, ansibleInventory(hosts));
      const forks = ["--forks", String(hosts.length)];
      return timed([...program, "--inventory", inventory, ...forks, playbook], { cwd: folder, env });
    };
  });
}

import { mustExec } from "./exec.ts";
import { type Fact, split } from "./facts.ts";
import type { Instance } from "./instance.ts";
import type { HostName } from "./topology.ts";

/** Units, users, groups, packages, network namespaces and mounts, asked of the host itself. */
export async function systemFacts(instance: Instance, host: HostName): Promise<Fact[]> {
  return parse(await mustExec(instance, host, askSystem));
}

/** Run in the host: lines of `kind<TAB>subject<TAB>value`. A unit that is being reloaded is in none of the states asked for. */
const askSystem = `
systemctl list-unit-files --no-legend --plain | awk '{print "unit file\\t" $1 "\\t" $2}'
for i in $(seq 100); do systemctl list-units --no-legend --state=reloading | grep -q . || break; sleep 0.1; done
systemctl list-units --no-legend --plain --type=service,socket,timer,path,target,automount --state=active,activating,failed |
  awk '{print "unit\\t" $1 "\\t" $3 " " $4}'
awk -F: '{print "user\\t" $1 "\\t" $3 ":" $4 " " $6 " " $7}' /etc/passwd
awk -F: '{print "group\\t" $1 "\\t" $3 " " $4}' /etc/group
dpkg-query --show --showformat='package\\t\${Package}\\t\${Version} \${db:Status-Abbrev}\\n'
ip netns list | awk '{print "network namespace\\t" $1 "\\t"}'
awk '$2 !~ "^/run/credentials" {print "mount\\t" $2 "\\t" $3}' /proc/1/mounts
`;

const parse = (text: string): Fact[] =>
  split(text, "\n").map((line) => {
    const [kind, subject, value = ""] = line.split("\t");
    return [`${kind} ${subject}`, value.trim()];
  });

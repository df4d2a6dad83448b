/** What lets `name`, an interface of ours, through a firewall of others. All of it outlasts a reboot, or says how. */
type Remedy = (name: string) => string;

/** By the names that the host has for firewalls; what else it names is a chain of nft. */
const REMEDIES: ReadonlyMap<string, Remedy> = new Map<string, Remedy>([
  ["ufw", (name) => `"ufw route allow in on ${name}"`],
  [
    "firewalld",
    (name) => `"firewall-cmd --permanent --zone=trusted --add-interface=${name} && firewall-cmd --reload"`,
  ],
  ["docker", docker],
  ["iptables", (name) => `${quoted(iptables("FORWARD", name))}, ${keep("/etc/iptables/rules.v4")}`],
]);

/** Commands for each of these firewalls. */
export function remediesFor(firewalls: readonly string[], name: string): string {
  return firewalls.map((firewall) => (REMEDIES.get(firewall) ?? nft(firewall))(name)).join("; ");
}

/**
 * Docker makes its chain anew at each boot, so the rules are put there after each of its starts. The drop-in takes them
 * away first: Docker may be started again without a boot.
 */
function docker(name: string): string {
  const rules = rulesOf("DOCKER-USER", name);
  const lines = rules.flatMap((rule) => [
    `ExecStartPost=-/usr/sbin/iptables -D ${rule}`,
    `ExecStartPost=/usr/sbin/iptables -I ${rule}`,
  ]);
  const dropIn = "/etc/systemd/system/docker.service.d";
  const written = `printf '%s\\n' '[Service]' ${lines.map((line) => `'${line}'`).join(" ")} >${dropIn}/${file(name)}`;
  const now = rules.map((rule) => `iptables -I ${rule}`);
  return quoted([`mkdir -p ${dropIn}`, written, "systemctl daemon-reload", ...now]);
}

/** `FAMILY/TABLE/CHAIN` */
function nft(chain: string): Remedy {
  const [family, table, name, ...more] = chain.split("/");
  if (family === undefined || table === undefined || name === undefined || more.length > 0)
    return () => `"${chain}"`;
  const insert = `nft insert rule ${family} ${table} ${name}`;
  return (ours) => {
    const rules = [`iifname ${ours} accept`, `oifname ${ours} ct state established,related accept`];
    return `${quoted(rules.map((rule) => `${insert} ${rule}`))}, ${keep("/etc/nftables.conf")}`;
  };
}

function iptables(chain: string, name: string): string[] {
  return rulesOf(chain, name).map((rule) => `iptables -I ${rule}`);
}

function rulesOf(chain: string, name: string): string[] {
  const answers = `-m conntrack --ctstate RELATED,ESTABLISHED`;
  return [`${chain} -i ${name} -j ACCEPT`, `${chain} -o ${name} ${answers} -j ACCEPT`];
}

function keep(path: string): string {
  return `and the same rules in ${path} or wherever yours come from at boot`;
}

function quoted(commands: readonly string[]): string {
  return `"${commands.join(" && ")}"`;
}

/** `tsp-+` is no name for a file. */
function file(name: string): string {
  return `${name.replaceAll(/[^a-z0-9-]/g, "")}.conf`.replace(/^tsp-/, "tsproxy-");
}

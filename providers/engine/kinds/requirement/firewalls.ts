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

/** A port of this host, and the interface by which its clients come. */
export interface Entry {
  readonly protocol: "tcp" | "udp";
  readonly address: string;
  readonly port: number;
  readonly interface: string;
}

/** The same for what comes in. */
const ENTRIES: ReadonlyMap<string, (entry: Entry) => string> = new Map<string, (entry: Entry) => string>([
  [
    "ufw",
    ({ protocol, port, interface: by }) => `"ufw allow in on ${by} to any port ${port} proto ${protocol}"`,
  ],
  [
    "firewalld",
    ({ protocol, port }) =>
      `"firewall-cmd --permanent --add-port=${port}/${protocol} && firewall-cmd --reload", with the zone of the interface`,
  ],
  [
    "iptables",
    ({ protocol, port, interface: by }) =>
      `"iptables -I INPUT -i ${by} -p ${protocol} --dport ${port} -j ACCEPT", ${keep("/etc/iptables/rules.v4")}`,
  ],
]);

/** Commands by which each of these firewalls lets clients in. */
export function entriesFor(firewalls: readonly string[], entry: Entry): string {
  return firewalls.map((firewall) => (ENTRIES.get(firewall) ?? nftEntry(firewall))(entry)).join("; ");
}

function nftEntry(chain: string): (entry: Entry) => string {
  const insert = insertInto(chain);
  if (insert === undefined) return () => `"${chain}"`;
  return ({ protocol, port, interface: by }) =>
    `"${insert} iifname ${by} ${protocol} dport ${port} accept", ${keep("/etc/nftables.conf")}`;
}

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

function nft(chain: string): Remedy {
  const insert = insertInto(chain);
  if (insert === undefined) return () => `"${chain}"`;
  return (ours) => {
    const rules = [`iifname ${ours} accept`, `oifname ${ours} ct state established,related accept`];
    return `${quoted(rules.map((rule) => `${insert} ${rule}`))}, ${keep("/etc/nftables.conf")}`;
  };
}

/** @param chain `FAMILY/TABLE/CHAIN`, or what the host says instead */
function insertInto(chain: string): string | undefined {
  const [family, table, name, ...more] = chain.split("/");
  if (family === undefined || table === undefined || name === undefined || more.length > 0) return undefined;
  return `nft insert rule ${family} ${table} ${name}`;
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

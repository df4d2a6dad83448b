import type { HostName, Lab } from "../../lab/index.ts";
import { until } from "../../lab/waiting.ts";

/** What comes back when a command of a host's shell asks. */
export type Ask = (lab: Lab) => Promise<string>;

export function said(on: HostName, command: string | ((lab: Lab) => string)): Ask {
  return async (lab) => {
    const text = typeof command === "string" ? command : command(lab);
    return (await lab.exec(on, text)).stdout.trimEnd();
  };
}

/** `open` when a process in the namespace reaches the port by way of the host. @param target IPv4 or IPv6 */
export function throughUplink(netns: string, target: (lab: Lab) => string, port: number): Ask {
  return said(
    "gateway",
    (lab) => `ip netns exec ${netns} perl -MSocket=:all -e '${CONNECTION}' ${target(lab)} ${port} uplink`,
  );
}

/** Connects within two seconds: address, port, interface. */
const CONNECTION = `
my ($address, $port, $interface) = @ARGV;
my ($family, $to) = $address =~ /:/ ? (AF_INET6, pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)))
  : (AF_INET, pack_sockaddr_in($port, inet_aton($address)));
alarm 2;
socket(S, $family, SOCK_STREAM, 6) && setsockopt(S, 1, 25, "$interface\\0") or die $!;
print "open" if connect(S, $to);`;

/** `open` when a machine reaches the port itself. @param before how it gets there */
export function directly(
  on: HostName,
  target: (lab: Lab) => string,
  port: number,
  before: (lab: Lab) => string = () => ":",
): Ask {
  return said(
    on,
    (lab) =>
      `${before(lab)}; timeout 2 bash -c 'exec 3<>"/dev/tcp/$0/${port}"' ${target(lab)} 2>/dev/null && echo open`,
  );
}

/** `open` when the tailnet's SOCKS server says to a client that it has connected. */
export function throughProxy(proxyPort: number, target: (lab: Lab) => string, port: number): Ask {
  return said(
    "client",
    (lab) =>
      `curl -sv -m 3 -x socks5h://${lab.hosts.gateway.tailnetAddress}:${proxyPort} telnet://${target(lab)}:${port} </dev/null 2>&1 | grep -q 'request granted' && echo open`,
  );
}

/** A page, as a client sees it through a tailnet's port. */
export function page(proxyPort: number, name: string): Ask {
  return said(
    "client",
    (lab) => `curl -s -m 4 -x socks5h://${lab.hosts.gateway.tailnetAddress}:${proxyPort} http://${name}/`,
  );
}

/** Numbers questions that must not be answered from memory. */
let questions = 0;

/** Answer of the gateway's DNS server about `name`, below a label that was not asked for yet. */
export function answered(name: string): Ask {
  return said(
    "client",
    (lab) => `dig @${lab.hosts.gateway.tailnetAddress} q${++questions}.${name} A +short +tries=1 +time=2`,
  );
}

/**
 * `arrived` when a datagram with a source that is not the namespace's gets to the internet. It is a question to the
 * internet's name server; the host's own question after it shows that the server has read all that came before.
 */
export function withSource(netns: string, source: (lab: Lab) => string): Ask {
  return async (lab) => {
    const mark = await lab.mark("mirror");
    const [name, end] = [`q${++questions}.spoofed`, `q${++questions}.honest`];
    const server = lab.hosts.mirror.address;
    const address = source(lab);
    await lab.mustExec(
      "gateway",
      `ip netns exec ${netns} ip addr add ${address}/32 dev lo
ip netns exec ${netns} perl -MSocket -e '${DATAGRAM}' ${server} ${name} ${address} uplink
ip netns exec ${netns} ip addr del ${address}/32 dev lo
perl -MSocket -e '${DATAGRAM}' ${server} ${end} 0.0.0.0 eth0`,
    );
    const seen = async () => await lab.dnsQuestions(mark);
    await until("the host's own question", async () => (await seen()).includes(end), 5000, "dns on mirror");
    return (await seen()).includes(name) ? "arrived" : "";
  };
}

/** Sends a DNS question: server, name, source address, interface. */
const DATAGRAM = `
my ($server, $name, $source, $interface) = @ARGV;
socket(S, PF_INET, SOCK_DGRAM, 17) && setsockopt(S, 1, 25, "$interface\\0") or die $!;
bind(S, sockaddr_in(0, inet_aton($source))) or die $!;
my $question = join("", map { chr(length) . $_ } split(/\\./, $name)) . "\\0" . pack("nn", 1, 1);
send(S, pack("n6", 7, 256, 1, 0, 0, 0) . $question, 0, sockaddr_in(53, inet_aton($server))) or die $!`;

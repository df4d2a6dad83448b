import type { HostName, Lab } from "./index.ts";
import { until } from "./waiting.ts";

const FILE = "/run/capture.pcap";

/** What went over all cards of a host in the meantime. */
export interface Captured {
  /** Names that it asked or was asked for by DNS, whichever way the packets went. */
  readonly asked: readonly string[];
  /** Names that a SOCKS5 server was asked to connect to. */
  readonly connected: readonly string[];
}

/**
 * Captures packets at a host while `act` runs.
 *
 * @param filter which, in words of tcpdump
 */
export async function captured(
  lab: Lab,
  host: HostName,
  filter: string,
  act: () => Promise<void>,
): Promise<Captured> {
  // a ring of frames that are as long as the longest packet: with the default length there are seven
  const tcpdump = `tcpdump -i any --immediate-mode -s 2048 -B 16384 -U -w ${FILE} '${filter}'`;
  await lab.mustExec(host, `systemd-run --unit=capture --collect --quiet ${tcpdump}`);
  // its header is written once it listens
  const listens = async () => (await lab.exec(host, `test -s ${FILE}`)).code === 0;
  await until("the capture", listens, 10_000, "journalctl -u capture");
  await act();
  await lab.mustExec(host, "systemctl stop capture");
  const said = await lab.mustExec(host, "journalctl -u capture -o cat");
  if (/(\d+) packets? dropped by kernel/.exec(said.slice(said.lastIndexOf("listening")))?.[1] !== "0")
    throw new Error(`not every packet was captured at ${host}:\n${said}`);
  const text = await lab.mustExec(host, `tcpdump -nn -r ${FILE} 'port 53' 2>/dev/null`);
  const bytes = await lab.mustExec(host, `base64 -w0 ${FILE}`);
  await lab.mustExec(host, `rm ${FILE}`);
  return { asked: questionsIn(text), connected: connectionsIn(Buffer.from(bytes, "base64")) };
}

function questionsIn(text: string): string[] {
  const names = [...text.matchAll(/ [A-Z]+\? (\S+)\. /g)].map(([, name = ""]) => name.toLowerCase());
  return [...new Set(names)].sort();
}

/** Version 5, connect, reserved, a name: RFC 1928. */
const CONNECT = Buffer.from([5, 1, 0, 3]);

function connectionsIn(bytes: Buffer): string[] {
  const names = new Set<string>();
  for (let at = bytes.indexOf(CONNECT); at !== -1; at = bytes.indexOf(CONNECT, at + 1)) {
    const start = at + CONNECT.length + 1;
    const name = bytes.toString("latin1", start, start + (bytes[start - 1] ?? 0));
    if (/^[\w.-]+$/.test(name)) names.add(name);
  }
  return [...names].sort();
}

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../../host/bench.ts";
import type { Lab } from "../../lab/index.ts";
import { until } from "../../lab/waiting.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { serveMetadata } from "../metadata.ts";
import { openTwoTailnets } from "../two-tailnets.ts";

const PROBE = readFileSync(join(import.meta.dirname, "probe.sh"), "utf8");
const PATH = "/usr/local/bin/tsproxy-probe";

/** Whose secrets and socket are tried. */
const OTHER = "tsproxy-lab";

/** What a process can do by name, `yes` or `no`, and its capabilities in hexadecimal. */
type Answers = Readonly<Record<string, string>>;

const NOTHING = "0000000000000000";
const LOW_PORTS = "0000000000000400";

/** What the processes of each unit can do of all that the probe tries. */
const ALLOWED: Readonly<Record<string, Answers>> = {
  "tsproxy-dns": { capabilities: LOW_PORTS },
  "tsproxy-work-tailscaled": {
    ...{ capabilities: NOTHING, "see-tun": "yes", "reach-socket-in-var": "yes" },
    // It enters the one that its network belongs to. In another one it is root over nothing: those of all other kinds are refused.
    "make-namespaces": "yes",
  },
  "tsproxy-work-online": { capabilities: NOTHING },
  "tsproxy-work-dns": { capabilities: LOW_PORTS },
  "tsproxy-work-socks": { capabilities: NOTHING },
  "tsproxy-work-relay": { capabilities: NOTHING },
  "tsproxy-work-suffix": { capabilities: NOTHING },
  "tsproxy-work-domain": { capabilities: NOTHING },
};
const UNITS = Object.keys(ALLOWED);

/** What even root cannot do in the laboratory's containers: here it proves nothing. */
const NOT_IN_CONTAINERS = ["read-kernel-log", "write-kernel-settings"];

/** The last case: everything that the probe tries is there to be had. */
const CASES = UNITS.length + 1;

/**
 * A probe runs in the sandbox of each unit, as a command of the unit after its start.
 *
 * @param name of the laboratory, 1 to 6 characters
 * @param broken shell command for the gateway, before the units are started with the probe
 */
export function insideSandboxes(name: string, whole = CASES, broken = ":"): Trial {
  return {
    name: "no process of a gateway gets at what is not its own, and root at all of it",
    on: "laboratory",
    cases: { fast: 0, whole },
    open: () => Sandboxes.open(name, broken),
  };
}

class Sandboxes implements Subject {
  readonly #bench: Bench;
  readonly #answers: ReadonlyMap<string, Answers>;

  private constructor(bench: Bench, answers: ReadonlyMap<string, Answers>) {
    this.#bench = bench;
    this.#answers = answers;
  }

  static async open(name: string, broken: string): Promise<Sandboxes> {
    const bench = await openTwoTailnets(name);
    try {
      await serveMetadata(bench.lab);
      await openSockets(bench.lab);
      return new Sandboxes(bench, await probe(bench.lab, broken));
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  async try({ number }: Case): Promise<void> {
    const unit = UNITS[number % CASES];
    const found = this.#answers.get(unit ?? "root") ?? {};
    const wrong = Object.entries(found).filter(([what, answer]) => answer !== expected(unit, what));
    if (Object.keys(found).length < 20)
      throw new Error(`${unit ?? "root"}: the probe did not come to its end`);
    if (wrong.length > 0)
      throw new Error(`${unit ?? "root"}: ${wrong.map(([what, answer]) => `${what}: ${answer}`).join(", ")}`);
  }

  close(): Promise<void> {
    return this.#bench.close();
  }

  figures() {
    const inSandboxes = UNITS.map((unit) => Object.keys(this.#answers.get(unit) ?? {}).length);
    return { "tries from sandboxes": inSandboxes.reduce((sum, count) => sum + count, 0) };
  }
}

/** @param unit undefined: root, outside of every sandbox */
function expected(unit: string | undefined, what: string): string {
  if (unit !== undefined) return ALLOWED[unit]?.[what] ?? "no";
  return NOT_IN_CONTAINERS.includes(what) ? "no" : "yes";
}

/** Sockets of the host that let everybody in, as those of avahi, snapd, PostgreSQL or libvirt do. */
async function openSockets(lab: Lab): Promise<void> {
  const paths = ["/run/tsproxy-open.sock", "/var/lib/tsproxy-open.sock"];
  await lab.mustExec("gateway", ["systemd-run", "--quiet", "perl", "-MSocket", "-e", LISTENER, ...paths]);
  const open = async () => (await lab.exec("gateway", `ls ${paths.join(" ")}`)).code === 0;
  await until("sockets that are open to all", open, 10_000, "journalctl on the gateway");
}

const LISTENER =
  "umask 0; for (@ARGV) { socket(my $s, PF_UNIX, SOCK_STREAM, 0); bind($s, sockaddr_un($_)) or die; listen($s, 99) or die; push @s, $s } sleep";

/** Restarts all units with a probe each; gives the answers by unit. */
async function probe(lab: Lab, broken: string): Promise<ReadonlyMap<string, Answers>> {
  await lab.mustExec("gateway", `cat >${PATH} && chmod 0755 ${PATH}`, { stdin: PROBE });
  const dropIns = UNITS.map((unit) => {
    const directory = `/run/systemd/system/${unit}.service.d`;
    const lines = `[Service]\\nExecStartPost=-${PATH} ${unit} ${OTHER}\\n`;
    return `mkdir -p ${directory} && printf '${lines}' >${directory}/probe.conf`;
  });
  await lab.mustExec(
    "gateway",
    [...dropIns, broken, "systemctl daemon-reload", `systemctl restart ${UNITS.join(" ")}`].join("\n"),
  );
  const answers = async () =>
    parse(await lab.mustExec("gateway", "journalctl -b -q -o cat --no-pager | grep '^probe ' || :"));
  const complete = async () => {
    const all = await answers();
    return UNITS.every((unit) => all.get(unit)?.capabilities !== undefined);
  };
  await until("the probes", complete, 60_000, "journalctl on the gateway");
  const asRoot = parse(await lab.mustExec("gateway", `${PATH} root ${OTHER}`)).get("root") ?? {};
  const capabilities = asRoot.capabilities === NOTHING ? "no" : "yes";
  return new Map([...(await answers()), ["root", { ...asRoot, capabilities }]]);
}

function parse(text: string): ReadonlyMap<string, Answers> {
  const all = new Map<string, Record<string, string>>();
  for (const line of text.split("\n")) {
    const [, unit, what, answer] = line.split(" ");
    if (unit === undefined || what === undefined || answer === undefined) continue;
    all.set(unit, { ...all.get(unit), [what]: answer });
  }
  return all;
}

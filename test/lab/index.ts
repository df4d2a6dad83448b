import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outcome } from "../toolchain/command.ts";
import { mirrorPath, tarballs } from "../toolchain/mirror.ts";
import type { Suite } from "../toolchain/versions.ts";
import type { Control } from "./control.ts";
import { configurationFile, configurationText, type Naming, recordsFile } from "./control-files.ts";
import { type ExecOptions, enter, exec, mustExec } from "./exec.ts";
import { dnsQuestions, type Mark, markJournal, type SshTraffic, sshTraffic } from "./journal.ts";
import { down, openControls, up } from "./lifecycle.ts";
import { membershipOf } from "./membership.ts";
import { setCable } from "./network.ts";
import { forbid, powerCycle, reboot, start, stop } from "./operate.ts";
import { leader } from "./power.ts";
import { processesOf } from "./processes.ts";
import { giveProgram, type Program } from "./programs.ts";
import { privateKeyPath, secretsOf } from "./secrets.ts";
import { type Snapshot, takeSnapshot } from "./snapshot.ts";
import { type HostName, hostNames, planOf, type TailnetName } from "./topology.ts";
import { until } from "./waiting.ts";

export { compareSnapshots } from "./compare-snapshots.ts";
export type { Control, ExecOptions, HostName, Mark, Outcome, Snapshot, SshTraffic, TailnetName };

export interface LabHost {
  readonly name: HostName;
  /** On the laboratory's internet, where this machine reaches it. */
  readonly address: string;
  /** `ssh-ed25519 AAAA…`: the only key by which the host's sshd shows itself. */
  readonly hostKey: string;
  /** In its own tailnet, 100.64.0.x: the same over reboots. Empty for a host in none. */
  readonly tailnetAddress: string;
  /** In its own tailnet, such as `office.work.example`. Empty for a host in none. */
  readonly tailnetDomain: string;
}

/** A release tarball on the laboratory's mirror. */
export interface Tarball {
  readonly url: string;
  readonly sha256: string;
}

export type Lab = Awaited<ReturnType<typeof openLab>>;

/**
 * The laboratory of that name, brought up if needed: seconds when the cache is ready, at once when it is up. It is this
 * process's as long as that runs: no other may open it, bring it up or take it down.
 *
 * @param options.suite the gateway's release. @default bookworm, or what the laboratory has
 */
export async function openLab(name = "lab", options: { readonly suite?: Suite } = {}) {
  const instance = await up(name, options.suite, true);
  const secrets = await secretsOf(instance);
  const controls: Record<TailnetName, Control> = await openControls(instance, secrets);
  const mirrorUrl = `http://${planOf(instance, "mirror").address}`;
  const describe = (host: HostName): LabHost => {
    const { address = "", domain = "" } = membershipOf(instance, host) ?? {};
    const { publicKey: hostKey } = secrets.hostKeys[host];
    return {
      name: host,
      address: planOf(instance, host).address,
      hostKey,
      tailnetAddress: address,
      tailnetDomain: domain,
    };
  };
  return {
    name,
    suite: instance.suite,
    hosts: Object.fromEntries(hostNames.map((host) => [host, describe(host)])) as Record<HostName, LabHost>,
    /** Logs in to every host as `root`, and as `admin`, who may use sudo without a password. */
    privateKey: secrets.privateKey,
    privateKeyPath: privateKeyPath(instance),
    /** The authority that signed the control servers' certificates; every host trusts it. */
    ca: secrets.ca,
    controls,
    mirrorUrl,
    tarballs: readTarballs(mirrorUrl),

    /** Runs a command as root, without sshd; a string goes through the host's `sh -c`. */
    exec: (host: HostName, command: string | readonly string[], how?: ExecOptions): Promise<Outcome> =>
      exec(instance, host, command, how),
    /** `exec` for commands that have to succeed; gives their output. */
    mustExec: (host: HostName, command: string | readonly string[], how?: ExecOptions): Promise<string> =>
      mustExec(instance, host, command, how),

    /** The command with which this machine runs another one in the host, as root and without sshd. */
    commandIn: (host: HostName, command: string | readonly string[]): string[] =>
      enter(instance, host, command),

    /** `systemctl reboot`; comes back when ssh and the host's own tailnet do. */
    reboot: (host: HostName): Promise<void> => reboot(instance, host),
    /** Everything in the host dies at once; then it boots. */
    powerCycle: (host: HostName): Promise<void> => powerCycle(instance, host),
    /** `systemctl poweroff`. */
    stop: (host: HostName): Promise<void> => stop(instance, host),
    start: (host: HostName): Promise<void> => start(instance, host),
    /** Boots a host that is refused these system calls from then on. */
    forbid: (host: HostName, calls: readonly string[]): Promise<void> => forbid(instance, host, calls),
    /** Gives out names in a tailnet, each with an address; those given out before are forgotten. */
    nameAddresses: async (tailnet: TailnetName, names: Readonly<Record<string, string>>): Promise<void> => {
      const records = Object.entries(names).map(([name, value]) => ({
        name,
        type: value.includes(":") ? "AAAA" : "A",
        value,
      }));
      await mustExec(instance, "control", ["tee", recordsFile(tailnet)], { stdin: JSON.stringify(records) });
    },
    /** Has a tailnet name its machines otherwise from now on. */
    nameMachines: async (tailnet: TailnetName, naming: Naming): Promise<void> => {
      const text = configurationText(instance, tailnet, naming);
      await mustExec(instance, "control", ["tee", configurationFile(tailnet)], { stdin: text });
      await mustExec(instance, "control", ["systemctl", "restart", `headscale-${tailnet}.service`]);
      await until(
        "the control server",
        () => controls[tailnet].healthy(),
        30_000,
        "npm run lab -- exec control",
      );
    },
    /** Puts a program of the laboratory onto another host. */
    give: (host: HostName, program: Program): Promise<void> => giveProgram(instance, host, program),
    /** Pulls the host's cable to the internet. */
    cut: (host: HostName): Promise<void> => setCable(instance, host, "down"),
    restore: (host: HostName): Promise<void> => setCable(instance, host, "up"),

    snapshot: (host: HostName): Promise<Snapshot> => takeSnapshot(instance, host),
    /** The end of a host's journal now, for `connections` and `dnsQuestions`. */
    mark: (host: HostName): Promise<Mark> => markJournal(instance, host),
    /** What went through the host's sshd since a mark of it. */
    connections: (host: HostName, since: Mark): Promise<SshTraffic> => sshTraffic(instance, host, since),
    /** Processes that the host's sshd started while `during` ran. */
    processes: (host: HostName, during: () => Promise<unknown>): Promise<number> =>
      processesOf(instance, host, during),
    /** Names that any host asked the internet's name server for, since a mark of `mirror`; or a name server of another host. */
    dnsQuestions: (since: Mark, at: HostName = "mirror"): Promise<string[]> =>
      dnsQuestions(instance, at, since),
    /** Main processes of the host's running services: unit -> process id in the host. */
    mainPids: async (host: HostName): Promise<Record<string, number>> =>
      parsePids(await mustExec(instance, host, showPids)),
    /** The host's first process as this machine sees it: another one after every boot. */
    leader: (host: HostName): number | undefined => leader(instance, host),
    down: (): Promise<void> => down(name),
  };
}

/** A unit that is just reloading runs as well. */
const showPids = "systemctl show --property=Id,MainPID --type=service --state=active,reloading '*'";

function parsePids(text: string): Record<string, number> {
  const services = text
    .split("\n\n")
    .map(
      (block) =>
        [block.match(/^Id=(.*)$/m)?.[1] ?? "", Number(block.match(/^MainPID=(\d+)$/m)?.[1])] as const,
    );
  // what holds something without a process has none
  return Object.fromEntries(services.filter(([, pid]) => pid > 0));
}

function readTarballs(mirrorUrl: string): Record<keyof typeof tarballs, Tarball> {
  const digests = readFileSync(join(mirrorPath(), "SHA256SUMS"), "utf8").split("\n");
  const tarball = (path: string): Tarball => {
    const sha256 = digests.find((line) => line.endsWith(`  ${path}`))?.slice(0, 64) ?? "";
    return { url: `${mirrorUrl}/${path}`, sha256 };
  };
  return {
    tailscale: tarball(tarballs.tailscale),
    coredns: tarball(tarballs.coredns),
    singBox: tarball(tarballs.singBox),
  };
}

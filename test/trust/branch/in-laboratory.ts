import { connect } from "node:net";
import type { Bench } from "../../host/bench.ts";
import { openBench } from "../../host/bench.ts";
import { failed, succeeded } from "../../host/on-laboratory.ts";
import type { Stack, StackConfig } from "../../host/stack.ts";
import { compareSnapshots, type Lab, type Snapshot } from "../../lab/index.ts";
import { WORK } from "../../lab/proofs.ts";
import { until } from "../../lab/waiting.ts";
import { run } from "../../toolchain/command.ts";
import type { Trial } from "../contract.ts";

/** Of a host whose way was cut, from the end of the run that cut it. */
const REACHABLE_WITHIN_MS = 90_000;

/** A configuration that every check accepts, and that cuts the way by which the host is reached. */
interface Trap {
  readonly name: string;
  /** What it cuts with. */
  readonly unit: string;
  readonly config: StackConfig;
  /** The same without the trap. */
  readonly corrected: StackConfig;
  /** Address by which the host is reached. */
  readonly address: string;
}

/** Springs the one trap that is left to a configuration: nothing of the gateway's own wave closes a way to sshd. */
export function cutInLaboratory(name: string, cases: Trial["cases"], prepare = ""): Trial {
  return {
    name,
    on: "laboratory",
    cases,
    async open() {
      const bench = await openBench("branch");
      const figures = { "hosts cut off": 0, "longest time until reachable, s": 0 };
      if (prepare !== "") await bench.lab.mustExec("gateway", prepare);
      return {
        async try() {
          const seconds = await spring(bench, await vethTrap(bench));
          figures["hosts cut off"]++;
          figures["longest time until reachable, s"] = Math.max(
            figures["longest time until reachable, s"],
            seconds,
          );
        },
        close: () => bench.close(),
        figures: () => figures,
      };
    },
  };
}

/** @returns seconds until the host could be reached again */
async function spring({ lab, open }: Bench, trap: Trap): Promise<number> {
  const before = await lab.snapshot("gateway");
  const stack = await open(trap.config);
  try {
    return await sprung(lab, stack, trap, before);
  } catch (error) {
    // for the cases that follow
    await lab.exec("gateway", `systemctl stop ${trap.unit}`);
    await stack.configure(trap.corrected);
    await stack.destroy();
    throw error;
  }
}

async function sprung(lab: Lab, stack: Stack, trap: Trap, before: Snapshot): Promise<number> {
  const output = failed(await stack.up());
  const cutAt = performance.now();
  for (const said of ["[cut-off]", "the host undoes it by itself within", trap.unit])
    if (!output.includes(said)) throw new Error(`${trap.name}: the error does not say "${said}"\n${output}`);
  await until(`${trap.address} to answer`, () => isGreeted(trap.address), REACHABLE_WITHIN_MS, output);
  const seconds = Math.ceil((performance.now() - cutAt) / 1000);
  const state = await lab.exec(
    "gateway",
    `systemctl is-active ${trap.unit}; systemctl is-enabled ${trap.unit}`,
  );
  if (state.stdout !== "inactive\ndisabled\n")
    throw new Error(`${trap.name}: ${trap.unit} is ${state.stdout.trim().replace("\n", " and ")}`);
  await lab.mustExec("gateway", "journalctl -t tsproxy -o cat | grep 'no new connection came through'");
  await repaired(stack, trap);
  const left = compareSnapshots(before, await lab.snapshot("gateway")).filter(
    (difference) => difference !== "mount /run/netns: appeared (tmpfs)",
  );
  if (left.length > 0) throw new Error(`${trap.name}: left after destroy: ${left.join("; ")}`);
  return seconds;
}

async function repaired(stack: Stack, { name, unit, config, corrected }: Trap): Promise<void> {
  await stack.configure(config);
  const drift = succeeded(await stack.preview("--refresh", "--diff"));
  if (!drift.includes(unit)) throw new Error(`${name}: a refresh does not find ${unit}\n${drift}`);
  await stack.configure(corrected);
  succeeded(await stack.up("--refresh"));
  succeeded(await stack.refresh("--expect-no-changes"));
  succeeded(await stack.destroy());
}

/** The veth pair gets the address from which this machine comes. */
async function vethTrap({ lab, configurations }: Bench): Promise<Trap> {
  const net = `10.77.${slotOf(lab.hosts.gateway.address)}`;
  const device = await deviceTo(lab.hosts.gateway.address);
  await run(["ip", "address", "replace", `${net}.1/24`, "dev", device]);
  await lab.mustExec("gateway", `ip address replace ${net}.30/24 dev eth0`);
  const gateway = { ssh: { host: `${net}.30`, hostKey: lab.hosts.gateway.hostKey } };
  return {
    name: "a veth network with the address of whoever runs Pulumi",
    unit: "tsproxy_netns-work.service",
    address: `${net}.30`,
    config: await configurations.of([WORK], { gateway, tailnet: { veth: `${net}.0/30` } }),
    corrected: await configurations.of([WORK], { gateway }),
  };
}

const slotOf = (address: string): string => address.split(".")[2] ?? "0";

async function deviceTo(address: string): Promise<string> {
  const [, device] = /\bdev (\S+)/.exec(await run(["ip", "-o", "route", "get", address])) ?? [];
  if (device === undefined) throw new Error(`there is no way to ${address}`);
  return device;
}

/** Whether an sshd answers there within two seconds. */
function isGreeted(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 2_000 });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("data", (chunk: Buffer) => end(chunk.toString("latin1").startsWith("SSH-")));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
    socket.once("close", () => resolve(false));
  });
}

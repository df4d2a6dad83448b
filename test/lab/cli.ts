import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { say } from "../toolchain/progress.ts";
import { asSuite } from "../toolchain/versions.ts";
import { enter } from "./exec.ts";
import { checkName, find, type Instance, instances } from "./instance.ts";
import { down, isUp, up } from "./lifecycle.ts";
import { leader } from "./power.ts";
import { privateKeyPath } from "./secrets.ts";
import { type HostName, hostNames, planOf } from "./topology.ts";

const usage = `npm run lab -- up               boot a laboratory: a gateway, a client, two sites, their tailnets
npm run lab -- status           what runs, and how to log in
npm run lab -- exec HOST CMD…   run a command in a host as root
npm run lab -- down             remove it without a trace

  --name NAME     one of several laboratories, 1 to 8 characters (default: lab)
  --suite SUITE   the gateway's Debian: bookworm (default) or trixie
  --help          this text

Hosts: ${hostNames.join(", ")}.`;

/** Options come before the host of `exec`: what follows that is a command, with options of its own. */
function parse(args: readonly string[]) {
  let end = args.indexOf("exec") + 1 || args.length;
  while (args[end]?.startsWith("--")) end += args[end]?.includes("=") ? 1 : 2;
  const { values, positionals } = parseArgs({
    args: args.slice(0, end),
    allowPositionals: true,
    options: {
      name: { type: "string", default: "lab" },
      suite: { type: "string" },
      help: { type: "boolean" },
    },
  });
  return { ...values, words: [...positionals, ...args.slice(end)] };
}

async function main(args: readonly string[]): Promise<number> {
  const { name, suite, help, words } = parse(args);
  const [verb, host, ...command] = words;
  checkName(name);
  if (help) {
    console.log(usage);
    return 0;
  }
  if (verb === "up") {
    const start = performance.now();
    const instance = await up(name, suite === undefined ? undefined : asSuite(suite));
    say(`laboratory ${name} is up (${((performance.now() - start) / 1000).toFixed(0)} s)`);
    showHosts(instance);
    return 0;
  }
  if (verb === "down") {
    await down(name);
    return 0;
  }
  if (verb === "status") return showStatus();
  if (verb === "exec" && host) return execute(name, host, command);
  console.error(usage);
  return 2;
}

function showStatus(): number {
  if (instances().length === 0) console.log("no laboratory is up");
  for (const instance of instances()) {
    console.log(
      `laboratory ${instance.name} (gateway: ${instance.suite}): ${isUp(instance) ? "up" : "not whole; run up or down"}`,
    );
    showHosts(instance);
  }
  return 0;
}

function showHosts(instance: Instance): void {
  for (const host of hostNames) {
    const state = leader(instance, host) === undefined ? "off" : "on";
    console.log(`  ${host.padEnd(8)} ${planOf(instance, host).address.padEnd(14)} ${state}`);
  }
  console.log(`  ssh -i ${privateKeyPath(instance)} root@${planOf(instance, "gateway").address}`);
}

function execute(name: string, host: string, command: readonly string[]): Promise<number> {
  const instance = find(name);
  if (!instance) throw new Error(`there is no laboratory ${name}: run \`npm run lab -- up\` first`);
  if (!hostNames.includes(host as HostName))
    throw new Error(`there is no host ${host}: use one of ${hostNames.join(", ")}`);
  const [program = "", ...rest] = enter(
    instance,
    host as HostName,
    command.length > 0 ? command : ["/bin/bash", "-l"],
  );
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, {
      stdio: "inherit",
      env: { ...process.env, TERM: process.env.TERM ?? "dumb" },
    });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { say, withProgress } from "../toolchain/progress.ts";
import { asSuite } from "../toolchain/versions.ts";
import { removalText, stackText } from "./cli-text.ts";
import { enter } from "./exec.ts";
import { openLab } from "./index.ts";
import { checkName, find, type Instance, inLab, instances } from "./instance.ts";
import { down, isUp, up } from "./lifecycle.ts";
import { membershipOf } from "./membership.ts";
import { leader } from "./power.ts";
import { privateKeyPath } from "./secrets.ts";
import { type HostName, hostNames, planOf } from "./topology.ts";
import { type VariantName, variantNames, variants } from "./variants/index.ts";

const usage = `npm run lab -- up               boot a laboratory: a gateway, a client, two sites, their tailnets
npm run lab -- status           what runs, and how to log in; with --name, what a stack on it needs, too
npm run lab -- exec HOST CMD…   run a command in a host as root; options come before HOST
npm run lab -- down             remove it without a trace

  --name NAME     one of several laboratories, 1 to 8 characters (default: lab)
  --suite SUITE   the gateway's Debian: bookworm (default) or trixie
  --variant NAME  what else \`up\` makes of it; may be given more than once
  --help          this text

Hosts: ${hostNames.join(", ")}.

Variants:
${variantNames.map((variant) => `  ${variant.padEnd(16)} ${variants[variant].what}`).join("\n")}`;

/** Options come before the host of `exec`: what follows that is a command, with options of its own. */
function parse(args: readonly string[]) {
  let end = args.indexOf("exec") + 1 || args.length;
  while (args[end]?.startsWith("--")) end += args[end]?.includes("=") ? 1 : 2;
  const { values, positionals } = parseArgs({
    args: args.slice(0, end),
    allowPositionals: true,
    options: {
      name: { type: "string" },
      suite: { type: "string" },
      variant: { type: "string", multiple: true },
      help: { type: "boolean" },
    },
  });
  return {
    ...values,
    as: (values.variant ?? []).map(asVariant),
    words: [...positionals, ...args.slice(end)],
  };
}

function asVariant(text: string): VariantName {
  const found = variantNames.find((name) => name === text);
  if (found) return found;
  throw new Error(`--variant ${text}: no such variant; use ${variantNames.join(", ")}`);
}

async function main(args: readonly string[]): Promise<number> {
  const { name: named, suite, as, help, words } = parse(args);
  const name = named ?? "lab";
  const [verb, host, ...command] = words;
  checkName(name);
  if (help) {
    console.log(usage);
    return 0;
  }
  if (verb === "up") {
    const start = performance.now();
    const instance = await up(name, suite === undefined ? undefined : asSuite(suite));
    if (as.length > 0) await withProgress(`making it ${as.join(", ")}`, vary(name, as));
    say(`laboratory ${name} is up (${((performance.now() - start) / 1000).toFixed(0)} s)`);
    showHosts(instance);
    showStack(instance);
    return 0;
  }
  if (verb === "down") {
    await takeDown(name);
    return 0;
  }
  if (verb === "status") {
    if (named === undefined) showAll();
    else showOne(named);
    return 0;
  }
  if (verb === "exec" && host) return execute(name, host, command);
  console.error(usage);
  return 2;
}

async function vary(name: string, as: readonly VariantName[]): Promise<void> {
  const lab = await openLab(name);
  for (const variant of as) await variants[variant].apply(lab);
}

async function takeDown(name: string): Promise<void> {
  const instance = find(name);
  const hosts = existsSync(inLab(name, "hosts")) ? readdirSync(inLab(name, "hosts")) : [];
  await down(name);
  say(removalText(name, instance, hosts));
}

function showAll(): void {
  if (instances().length === 0) console.log("no laboratory is up");
  for (const instance of instances()) showLaboratory(instance);
}

function showOne(name: string): void {
  const instance = find(name);
  if (instance === undefined) {
    console.log(`no laboratory ${name} is up`);
    return;
  }
  showLaboratory(instance);
  showStack(instance);
}

function showLaboratory(instance: Instance): void {
  const state = isUp(instance) ? "up" : "not whole; run up or down";
  console.log(`laboratory ${instance.name} (gateway: ${instance.suite}): ${state}`);
  showHosts(instance);
}

function showStack(instance: Instance): void {
  console.log(stackText(instance, membershipOf(instance, "gateway")?.address));
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
  if (!instance)
    throw new Error(`there is no laboratory ${name}: run \`npm run lab -- up --name ${name}\` first`);
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

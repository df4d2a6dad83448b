import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { withLock } from "../toolchain/lock.ts";
import { say, withProgress } from "../toolchain/progress.ts";
import { openProject, projectPath } from "./demo-project.ts";
import { type Check, headline, rowFor, verdict, waysOn } from "./demo-report.ts";
import { compareSnapshots, type Lab, openLab, type Snapshot } from "./index.ts";
import { find, inLab, writeWhole } from "./instance.ts";
import { down } from "./lifecycle.ts";
import { LAN_HOST, type Proven, proofsOf, prove, type Way } from "./proofs.ts";
import { siteAddress } from "./route-proofs.ts";
import { until } from "./waiting.ts";

const LAB = "demo";
const usage = `npm run demo            a laboratory of six hosts, \`pulumi up\` of two tailnets on its gateway, and proofs from a client
npm run demo -- down    destroys the stack, shows that the gateway is as before, removes the laboratory

What is up already is used again. Needs Linux, root and a Debian or Ubuntu machine; the first run prepares
the laboratory's parts (about ten minutes), later ones take less than a minute.`;

/** Brings the laboratory and the stack up and proves that they do what they are for. */
async function showAll(): Promise<readonly Check[]> {
  console.log(headline("The laboratory"));
  const lab = await openLab(LAB);
  await keepSnapshot(lab);
  const { gateway, client } = lab.hosts;
  console.log(`gateway  ${gateway.address}, ${gateway.tailnetAddress} in the primary tailnet`);
  console.log(`client   ${client.tailnetAddress} in the primary tailnet, with a LAN 10.0.0.0/24 of its own`);
  console.log("office   in tailnet work, with the same LAN 10.0.0.0/24");
  console.log("plant    in tailnet lab, with the same LAN 10.0.0.0/24");

  console.log(headline("pulumi up"));
  const project = await withProgress("preparing the project", openProject(lab));
  const up: Check = { says: "pulumi up", passed: (await project.pulumi("up", "--yes")) === 0 };
  if (!up.passed) return [up];

  await approveRoutes(lab, project.ways);
  console.log(headline(`What the client (${client.tailnetAddress}) gets from the gateway`));
  const proven = await proveAll(lab, project.ways);
  console.log(headline("pulumi refresh: does the gateway hold what was written?"));
  const refresh = ["refresh", "--yes", "--skip-preview", "--expect-no-changes"];
  const same = { says: "nothing has drifted", passed: (await project.pulumi(...refresh)) === 0 };
  console.log(waysOn(LAB, gateway.tailnetAddress, project.ways));
  return [up, ...proven, same];
}

/** What the output says is to be done, by the primary tailnet's administrator; and what a Linux client is told once. */
async function approveRoutes(lab: Lab, ways: readonly Way[]): Promise<void> {
  const { home } = lab.controls;
  for (const { name, route } of ways.filter(({ route }) => route !== undefined)) {
    console.log(headline(`Routes of site ${route} are approved in the primary tailnet`));
    const node = (await home.nodes()).find((one) => one.name === `home-${name}`);
    if (node === undefined) throw new Error(`home-${name} is not in the primary tailnet`);
    await home.approveRoutes(node.id, node.availableRoutes);
    await lab.mustExec("client", "tailscale set --accept-routes");
    const page = ["curl", "-s", "-m", "3", `http://[${siteAddress(route ?? 0)}:${LAN_HOST}]/`];
    const reached = async () => (await lab.exec("client", page)).stdout !== "";
    await until("the client to have them", reached, 60_000, "tailscale status on client");
    console.log(`  ${node.availableRoutes.join("\n  ")}`);
  }
}

function proveAll(lab: Lab, ways: readonly Way[]): Promise<readonly Proven[]> {
  const proofs = proofsOf(lab, ways);
  const row = rowFor(proofs);
  return withProgress(
    "asking from the client; what is closed takes a few seconds to say so",
    prove(lab, proofs, (proven) => console.log(row(proven))),
  );
}

/** The reverse, with a look at what is left. */
async function takeDown(): Promise<readonly Check[]> {
  if (find(LAB) === undefined) {
    console.log("there is no demo: nothing to take down");
    return [];
  }
  const checks = existsSync(projectPath(LAB)) ? await destroy() : [];
  await withProgress("removing the laboratory", down(LAB));
  return checks;
}

async function destroy(): Promise<readonly Check[]> {
  const lab = await openLab(LAB);
  console.log(headline("pulumi destroy"));
  const project = await withProgress("preparing the project", openProject(lab));
  const destroyed = (await project.pulumi("destroy", "--yes", "--skip-preview")) === 0;
  console.log(headline("The gateway now, compared with before the first pulumi up"));
  const now = await withProgress("taking a snapshot of the gateway", lab.snapshot("gateway"));
  const before = JSON.parse(readFileSync(snapshotFile, "utf8")) as Snapshot;
  const differences = compareSnapshots(before, now).filter((difference) => difference !== NETNS_DIRECTORY);
  const count = Object.keys(now).length;
  console.log(
    differences.map((line) => `  ${line}`).join("\n") || `  ${count} facts compared, no difference`,
  );
  return [
    { says: "pulumi destroy", passed: destroyed },
    { says: "the gateway is as before", passed: differences.length === 0 },
  ];
}

/** Where iproute2 keeps names of namespaces: empty, in memory, and gone with the next boot. */
const NETNS_DIRECTORY = "mount /run/netns: appeared (tmpfs)";

const snapshotFile = inLab(LAB, "before.json");

/** What the gateway is like before anything is done to it, for `down`. */
async function keepSnapshot(lab: Lab): Promise<void> {
  if (existsSync(snapshotFile)) return;
  const snapshot = await withProgress("taking a snapshot of the gateway", settledSnapshot(lab));
  writeWhole(snapshotFile, JSON.stringify(snapshot));
}

/** A snapshot that the next one equals: right after a boot the host's own tailscaled is still adding routes. */
async function settledSnapshot(lab: Lab): Promise<Snapshot> {
  let last = await lab.snapshot("gateway");
  for (let tries = 1; tries < 10; tries++) {
    const next = await lab.snapshot("gateway");
    if (compareSnapshots(last, next).length === 0) return next;
    last = next;
  }
  throw new Error("the gateway does not come to rest: take the laboratory down and try again");
}

async function main(args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: "boolean" } },
  });
  const [verb = "up", ...rest] = positionals;
  if (values.help || rest.length > 0 || !["up", "down"].includes(verb)) {
    console.log(usage);
    return values.help === true;
  }
  const work = verb === "down" ? takeDown : showAll;
  const checks = await withLock("/run/tsproxy-demo.lock", "the demo", work);
  console.log(`\n${verdict(checks)}`);
  return checks.every(({ passed }) => passed);
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  console.log("demo: 0 checks passed, 1 failed");
  process.exitCode = 1;
}

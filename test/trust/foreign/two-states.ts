import type { Host } from "../../../providers/engine/host.ts";
import { PulumiRun } from "../../../providers/engine/pulumi/run.ts";
import { GATEWAY } from "../../../providers/engine/state/manifest.ts";
import { Deployment } from "../../fake/deployment.ts";
import { bareHost, offerDownloads, pictureOf } from "../../fake/gateway.ts";
import { type Registration, registrationsOf } from "../../fake/program.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Case, Trial } from "../contract.ts";
import { failureOf, isHostError, same, textOf } from "../holds.ts";
import { inMemory } from "../in-memory.ts";

const HOST = "gateway.lan";
const TAILNETS = { work: { socks: { port: 11080 } }, lab: { veth: "10.200.0.8/30" } };
type TailnetName = keyof typeof TAILNETS;
const CHOICES: readonly [TailnetName[], ...TailnetName[][]] = [["work"], ["work", "lab"], ["lab"], []];
const COMMANDS = 6;

/** What is broken on purpose. */
interface Broken {
  readonly run?: () => PulumiRun;
  /** Stands between the engine and the host. */
  readonly through?: (host: Host) => Host;
}

function program(names: readonly TailnetName[], adopt: boolean): Registration[] {
  const tailnets = Object.fromEntries(names.map((name) => [name, TAILNETS[name]]));
  const ssh = { host: HOST, hostKey: `ssh-ed25519 ${"A".repeat(68)}` };
  const keys = names.map((name) => [`home/${name}/authKey`, "tskey-right"]);
  return registrationsOf(
    { home: { ssh, primaryAddress: "100.64.0.10", adopt, tailnets } },
    Object.fromEntries(keys),
  );
}

/** Two states of one project and stack name, and commands of either, one after the other. */
export const twoStates = (broken: Broken = {}): Trial =>
  inMemory(
    "of two states with one name, none touches what the other has, unless it is told to adopt the gateway; then the other is refused",
    {
      cases: { fast: 20, whole: 1000 },
      async try(one, count) {
        const host = bareHost(HOST, ["tskey-right"]);
        offerDownloads(host, program(["work", "lab"], false));
        const before = pictureOf(host);
        const shown = broken.through?.(host) ?? host;
        const states = [0, 1].map(() => new Deployment(() => shown, new Map(), broken.run));
        for (let command = 0; command < COMMANDS; command++) {
          const [mine, other] = one.shuffled(states);
          if (mine === undefined || other === undefined) throw new Error("there are two states");
          count(await commanded(one, mine, other, host));
        }
        for (const adopt of [false, true]) for (const state of states) await gone(state, host, adopt);
        same("the host", pictureOf(host), before);
      },
    },
  );

/** @returns what came of it */
async function commanded(one: Case, mine: Deployment, other: Deployment, host: FakeHost): Promise<string> {
  const adopt = one.below(5) === 0;
  // a gateway alone on the host is free to take
  const theirs = isFree(host) ? new Map<string, string>() : heldBy(other, host);
  const there = pictureOf(host);
  const wanted = program(one.pick(CHOICES), adopt);
  const command = one.below(4) === 0 ? "destroy" : "up --refresh";
  const error = await failureOf(command === "destroy" ? mine.destroy() : mine.repair(wanted), "or not");
  if (error !== null && !isHostError(error, "foreign")) throw error;
  if (adopt && command !== "destroy") return "gateways that may be adopted";
  const now = heldBy(other, host);
  for (const [key, text] of theirs) same(`${key} after ${command}`, now.get(key) ?? "gone", text);
  if (error === null) return `commands: ${command}`;
  if (theirs.size === 0) throw error;
  same("what it says", textOf(error).includes("set adopt: true") ? "" : textOf(error), "");
  if (textOf(error).includes("cannot take gateway"))
    same("the host after the refusal", pictureOf(host), there);
  return "refusals";
}

function isFree({ disk }: FakeHost): boolean {
  const noted = disk.paths("/var/lib/tsproxy/").filter((path) => path.endsWith(".manifest"));
  return noted.every((path) => path.endsWith(`/${GATEWAY}.manifest`));
}

/** What the host has noted of the state's resources. */
function heldBy({ outputs }: Deployment, { disk }: FakeHost): Map<string, string> {
  const held = Object.values(outputs).flatMap(({ identity: { key }, nonce }) => {
    const text = disk.text(`/var/lib/tsproxy/${key}.manifest`) ?? "";
    return text.split(" ")[4] === nonce ? ([[key, text]] as const) : [];
  });
  return new Map(held);
}

/** Takes everything away that is there, by adopting it where it is of neither state any more. */
async function gone(state: Deployment, host: FakeHost, adopt: boolean): Promise<void> {
  if (adopt && host.disk.get("/var/lib/tsproxy") !== undefined)
    await state.repair(program(["work", "lab"], true));
  await state.destroy();
}

/** Takes each nonce for one that the state has. */
class Credulous extends PulumiRun {
  override at(connection: Parameters<PulumiRun["at"]>[0]): ReturnType<PulumiRun["at"]> {
    return { ...super.at(connection), knows: () => true };
  }
}

export const credulous: Broken = { run: () => new Credulous() };

/** Shows all that is on the host as standing on the gateway that is there. */
export const oneGateway: Broken = {
  through: (host) => ({
    name: host.name,
    apply: (order) => host.apply(order),
    contents: (paths) => host.contents(paths),
    async look(question) {
      const observed = await host.look(question);
      const gateway = observed.manifests[GATEWAY]?.gateway ?? null;
      const all = Object.entries(observed.manifests);
      return {
        ...observed,
        manifests: Object.fromEntries(all.map(([key, one]) => [key, { ...one, gateway }])),
      };
    },
  }),
};

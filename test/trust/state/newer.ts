import { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { Deployment } from "../../fake/deployment.ts";
import { expectPicture, pictureOf } from "../../fake/gateway.ts";
import { registrationsOf } from "../../fake/program.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { newest, revived } from "./converging.ts";

const COMMANDS = ["up", "refresh", "destroy", "up without a state"] as const;
const PLACES = ["state", "manifests"] as const;

/** Stands between the engine and the host. */
type Through = (host: Host) => Host;

/** Every command, with the newer format in the state or on the host. */
export function newerReleases(through: Through = (host) => host): Trial {
  const count = COMMANDS.length * PLACES.length;
  return {
    name: "what a newer release wrote is refused in a sentence, in the state as on the host, and nothing is changed",
    on: "memory",
    cases: { fast: count, whole: count },
    open: async () => new NewerReleases(through),
  };
}

/** Shows manifests as if this release had written them. */
export const takingForOurs: Through = (host) => ({
  name: host.name,
  apply: (order) => host.apply(order),
  contents: (paths) => host.contents(paths),
  async look(question) {
    const observed = await host.look(question);
    const manifests = Object.entries(observed.manifests).map(([key, manifest]) => [
      key,
      { ...manifest, text: manifest.text.replace(/^tsproxy 3 /, "tsproxy 2 ") },
    ]);
    return { ...observed, manifests: Object.fromEntries(manifests) };
  },
});

class NewerReleases implements Subject {
  readonly #through: Through;

  constructor(through: Through) {
    this.#through = through;
  }

  async try({ number }: Case): Promise<void> {
    const command = COMMANDS[number % COMMANDS.length];
    const place = PLACES[Math.floor(number / COMMANDS.length) % PLACES.length];
    if (command === "up without a state" && place === "state") return;
    const { gateways, secrets } = newest.program;
    const { host, stack } = revived(newest, registrationsOf(gateways, secrets));
    if (place === "manifests") renew(host);
    const before = pictureOf(host);
    const through = this.#through(host);
    const renewed = new Deployment(
      () => through,
      new Map(
        command === "up without a state"
          ? []
          : Object.entries(stack.state).map(([name, kept]) => [
              name,
              place === "state" ? { ...kept, outputs: Object.assign({}, kept.outputs, { format: 3 }) } : kept,
            ]),
      ),
    );
    // something has to be done, or an up would not even look
    const changed = registrationsOf(gateways, { ...secrets, "home/work/authKey": "tskey-second" });
    const message = await refusalOf(() => {
      if (command === "refresh") return renewed.refresh();
      return command === "destroy" ? renewed.destroy() : renewed.up(changed);
    });
    const sentence = place === "state" ? "it has format 3, " : "it has format 3, ";
    if (!message.includes(`${sentence}and this release of pulumi-tsproxy knows format`))
      throw new Error(`${command}, with newer ${place}: ${message}`);
    expectPicture(host, before);
  }

  async close(): Promise<void> {}
}

function renew({ disk }: FakeHost): void {
  for (const path of disk.paths("/var/lib/tsproxy/").filter((path) => path.endsWith(".manifest")))
    disk.write(path, (disk.text(path) ?? "").replace(/^tsproxy \d /, "tsproxy 3 "), "0600");
}

/** The message of the refusal. */
async function refusalOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
    return "it was not refused";
  } catch (error) {
    if (error instanceof HostError) return error.message;
    throw error;
  }
}

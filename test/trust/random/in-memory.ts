import { isDeepStrictEqual } from "node:util";
import { ArgumentsError } from "../../../components/arguments/values/problem.ts";
import { type Gateways, type GivenSecrets, type Registration, registrationsOf } from "../../fake/program.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { type Choices, type Draft, edited, type Tailnet } from "./edits.ts";
import { type Broken, Site } from "./site.ts";

const MACHINES = ["first.lan", "second.lan", "third.lan"];
const AUTH_KEYS = ["tskey-first", "tskey-second"] as const;
const EDITS_MAX = 8;

const START: Draft = {
  gateways: [
    {
      key: "home",
      value: {
        machine: 0,
        options: {},
        tailnets: [
          { key: "work", value: { authKey: AUTH_KEYS[0], options: { socks: { port: 11080 }, dns: {} } } },
          { key: "lab", value: { authKey: AUTH_KEYS[0], options: { socks: { port: 11081 }, dns: {} } } },
        ],
      },
    },
  ],
};

const CHOICES: Choices = {
  machines: MACHINES.length,
  gateways: ["home", "away"],
  tailnets: ["work", "lab", "plant"],
  authKeys: AUTH_KEYS,
  gatewayOptions: {
    primaryAddress: ["100.64.0.10", "100.64.0.11"],
    dnsPort: [undefined, 5353],
    clients: [undefined, ["192.168.1.0/24"]],
    tailscale: [undefined, { version: "1.104.0", sha256: { x86_64: "a".repeat(64) } }],
    name: [undefined, "house"],
  },
  tailnetOptions: {
    name: [undefined, "work", "office"],
    socks: [undefined, { port: 11080 }, { port: 11081 }],
    dns: [undefined, {}, { suffix: "corp" }, { suffix: "work" }],
    veth: [undefined, "172.31.0.4/30", "172.31.0.8/30"],
    hostname: [undefined, "elsewhere"],
    reach: [undefined, ["192.168.7.0/24"]],
    advertiseRoutes: [undefined, ["10.0.0.0/24"]],
    acceptDns: [undefined, false],
    exitNode: [undefined, "100.64.0.9"],
    loginTimeout: [undefined, 30],
  },
};

export function randomPrograms(broken?: Broken): Trial {
  return {
    name: "after any edits, and any trouble on the way, the hosts are as if only the last program had ever been",
    on: "memory",
    cases: { fast: 20, whole: 1500 },
    open: async () => new RandomPrograms(broken),
  };
}

class RandomPrograms implements Subject {
  readonly #broken: Broken | undefined;
  #edits = 0;
  #cuts = 0;

  constructor(broken?: Broken) {
    this.#broken = broken;
  }

  async try(chance: Case): Promise<void> {
    const site = new Site(MACHINES, AUTH_KEYS, this.#broken);
    const beginning = site.pictures();
    let program: readonly Registration[] = [];
    let draft = START;
    for (let edits = 1 + chance.below(EDITS_MAX); edits > 0; edits--) {
      [draft, program] = accepted(draft, chance);
      await this.#go(site, program, chance);
      this.#edits++;
    }
    await site.up(program);
    // the destroy of a gateway sweeps what killed creates left and no program calls
    if (site.leftBehind.length === 0) site.expectPictures(await picturesOf(program));
    await site.stack.destroy();
    site.expectPictures(beginning);
  }

  async close(): Promise<void> {}

  figures(): Record<string, number> {
    return { "edits in memory": this.#edits, "cuts between edits": this.#cuts };
  }

  /** One `up` with the program, cut or not. */
  async #go(site: Site, program: readonly Registration[], chance: Case): Promise<void> {
    if (chance.below(2) === 0 && (await site.cutShort(program, chance))) {
      this.#cuts++;
      await site.stack.refresh();
      // what stands in no state and what no program calls any more, no command can remove
      if (chance.below(2) === 0 && site.hasGateways) return;
    }
    if (chance.below(3) === 0) await site.drift(chance);
    await site.up(program);
  }
}

/** The draft after an edit that changes something and that the program does not refuse, and the program. */
function accepted(draft: Draft, chance: Case): [Draft, Registration[]] {
  for (;;) {
    const next = edited(draft, CHOICES, chance);
    const program = programOf(next);
    if (program !== null && !isDeepStrictEqual(next, draft)) return [next, program];
  }
}

/** `null`: it is refused. */
function programOf({ gateways }: Draft): Registration[] | null {
  const keys = gateways.map(({ key }) => key);
  const machines = gateways.map(({ value }) => value.machine);
  const tailnets = gateways.flatMap(({ key, value }) => value.tailnets.map((each) => `${key}/${each.key}`));
  if ([keys, machines, tailnets].some((all) => new Set<string | number>(all).size < all.length)) return null;
  try {
    return registrationsOf(treeOf(gateways), secretsOf(gateways));
  } catch (error) {
    if (error instanceof ArgumentsError) return null;
    throw error;
  }
}

function treeOf(gateways: Draft["gateways"]): Gateways {
  return Object.fromEntries(
    gateways.map(({ key, value: { machine, options, tailnets } }) => [
      key,
      {
        ssh: { host: MACHINES[machine], hostKey: `ssh-ed25519 ${"ABC"[machine]?.repeat(68)}` },
        primaryAddress: "100.64.0.10",
        ...given(options),
        tailnets: Object.fromEntries(
          tailnets.map(({ key, value: { options } }) => [key, given(withOwnVeth(key, options))]),
        ),
      },
    ]),
  );
}

const HOST_NAMES = ["work", "lab", "plant", "office"];

/** A network that goes from one tailnet to another in one `up` is not tried: that is refused, and takes two. */
function withOwnVeth(key: string, options: Tailnet["options"]): Tailnet["options"] {
  if (typeof options.veth !== "string") return options;
  const net = HOST_NAMES.indexOf(String(options.name ?? key));
  return { ...options, veth: options.veth.replace(".31.0.", `.31.${net}.`) };
}

function secretsOf(gateways: Draft["gateways"]): GivenSecrets {
  return Object.fromEntries(
    gateways.flatMap(({ key, value }) =>
      value.tailnets.map((tailnet) => [`${key}/${tailnet.key}/authKey`, tailnet.value.authKey]),
    ),
  );
}

function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Of hosts that have never held anything else. */
async function picturesOf(program: readonly Registration[]): Promise<string[]> {
  const site = new Site(MACHINES, AUTH_KEYS);
  await site.up(program);
  return site.pictures();
}

import { isDeepStrictEqual } from "node:util";
import { gatewayConfig } from "../../host/laboratory-config.ts";
import type { StackConfig } from "../../host/stack.ts";
import type { Snapshot } from "../../lab/index.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { CUTS, LaboratorySite } from "../site.ts";
import { type Choices, type Draft, edited } from "./edits.ts";

const EDITS_MAX = 4;
/** Of a small edit: later cuts seldom strike. */
const BURSTS_MAX = 40;

/** By key: which control server a tailnet has, and what no other on the gateway has. */
const TAILNETS = {
  work: { control: "work", port: 11080 },
  lab: { control: "lab", port: 11081 },
  plant: { control: "lab", port: 11082 },
} as const;

type Key = keyof typeof TAILNETS;

/** Ports and suffixes are chosen by key: that one passes from a tailnet to another takes two runs. */
const CHOICES: Choices = {
  machines: 1,
  gateways: ["home"],
  tailnets: ["work", "lab", "plant"],
  authKeys: ["the tailnet's"],
  gatewayOptions: {
    dnsPort: [undefined, 5353],
    clients: [undefined, ["100.64.0.0/10"]],
    name: [undefined, "house"],
  },
  tailnetOptions: {
    socks: [undefined, 0, 100],
    dns: [undefined, "", "s"],
    hostname: [undefined, "elsewhere"],
    reach: [undefined, ["192.168.7.0/24"]],
    acceptDns: [undefined, false],
    acceptRoutes: [undefined, false],
  },
};

const START: Draft = {
  gateways: [
    {
      key: "home",
      value: {
        machine: 0,
        options: {},
        tailnets: [{ key: "work", value: { authKey: "the tailnet's", options: { socks: 0, dns: "" } } }],
      },
    },
  ],
};

/** Stands where a site does something that a fault leaves out. */
type Spoil = (site: LaboratorySite) => Promise<unknown>;

export function randomCommands(spoil?: Spoil): Trial {
  return {
    name: "after any edits and cuts, a real gateway is as if it had been set up with the last program",
    on: "laboratory",
    cases: { fast: 0, whole: spoil === undefined ? 6 : 1 },
    open: () => RandomCommands.open(spoil),
  };
}

class RandomCommands implements Subject {
  readonly #site: LaboratorySite;
  readonly #beginning: Snapshot;
  readonly #spoil: Spoil | undefined;
  readonly #keys = new Map<string, Promise<string>>();
  #edits = 0;
  #cuts = 0;

  private constructor(site: LaboratorySite, beginning: Snapshot, spoil: Spoil | undefined) {
    this.#site = site;
    this.#beginning = beginning;
    this.#spoil = spoil;
  }

  static async open(spoil: Spoil | undefined): Promise<RandomCommands> {
    const site = await LaboratorySite.open("random");
    try {
      return new RandomCommands(site, await site.snapshot(), spoil);
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  async try(chance: Case): Promise<void> {
    let draft = START;
    for (let edits = 2 + chance.below(EDITS_MAX - 1); edits > 0; edits--) {
      draft = accepted(draft, chance);
      await this.#site.configure(await this.#configOf(draft));
      await this.#go(chance);
      this.#edits++;
    }
    await this.#site.expectNoDrift();
    await this.#spoil?.(this.#site);
    const edited = await this.#site.snapshot();
    await this.#site.stack.expect(["destroy", "--yes", "--skip-preview"]);
    await this.#site.expectGone(this.#beginning);
    await this.#site.stack.expect(["up", "--yes", "--skip-preview"]);
    await this.#site.expectLike(edited);
    await this.#site.stack.expect(["destroy", "--yes", "--skip-preview"]);
    await this.#site.expectGone(this.#beginning);
  }

  close(): Promise<void> {
    return this.#site.close();
  }

  figures(): Record<string, number> {
    return { "edits in a laboratory": this.#edits, "cuts in a laboratory": this.#cuts };
  }

  async #go(chance: Case): Promise<void> {
    if (chance.below(2) === 0) {
      await this.#site.stack.expect(["up", "--yes", "--skip-preview"]);
      return;
    }
    const cut = chance.pick(CUTS);
    if (await this.#site.cutShort("up", cut, chance.below(BURSTS_MAX))) this.#cuts++;
    await this.#site.again("up", cut);
  }

  async #configOf({ gateways }: Draft): Promise<StackConfig> {
    const { lab, ssh } = this.#site;
    const [home] = gateways;
    const tailnets = home?.value.tailnets ?? [];
    const secrets = await Promise.all(
      tailnets.map(async ({ key }) => [`home/${key}/authKey`, await this.#authKey(keyOf(key))] as const),
    );
    return {
      gateways: {
        home: {
          ...gatewayConfig(lab),
          ssh,
          ...given(home?.value.options ?? {}),
          tailnets: Object.fromEntries(
            tailnets.map(({ key, value }) => [key, this.#tailnet(keyOf(key), value.options)]),
          ),
        },
      },
      secrets: { "home/privateKey": lab.privateKey, ...Object.fromEntries(secrets) },
    };
  }

  #tailnet(key: Key, { socks, dns, ...options }: Readonly<Record<string, unknown>>) {
    const { control, port } = TAILNETS[key];
    return {
      loginServer: this.#site.lab.controls[control].url,
      caCertificates: this.#site.lab.ca,
      ...given(options),
      ...(typeof socks === "number" ? { socks: { port: port + socks } } : {}),
      ...(typeof dns === "string" ? { dns: { suffix: `${key}${dns}` } } : {}),
    };
  }

  #authKey(key: Key): Promise<string> {
    const { control } = TAILNETS[key];
    const authKey = this.#keys.get(control) ?? this.#site.lab.controls[control].preauthKey();
    this.#keys.set(control, authKey);
    return authKey;
  }
}

/** The draft after an edit that changes something, of one gateway with tailnets of different names. */
function accepted(draft: Draft, chance: Case): Draft {
  for (;;) {
    const next = edited(draft, CHOICES, chance);
    const keys = next.gateways.flatMap(({ value }) => value.tailnets.map(({ key }) => key));
    const isSound = next.gateways.length === 1 && new Set(keys).size === keys.length;
    if (isSound && !isDeepStrictEqual(next, draft)) return next;
  }
}

function keyOf(text: string): Key {
  if (text === "work" || text === "lab" || text === "plant") return text;
  throw new Error(`there is no tailnet ${text}`);
}

function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

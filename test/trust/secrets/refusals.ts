import { ArgumentsError } from "../../../components/arguments/values/problem.ts";
import { readConfiguration } from "../../../components/configuration/read.ts";
import { Canary } from "../../fake/canary.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { HARMLESS } from "../hostile/configurations.ts";

type Tree = Record<string, unknown>;

/** A configuration with a secret that stands where it does not belong, or is wrong itself. */
type Mistake = (gateway: Tree, tailnet: Tree, secrets: Tree, one: Case) => void;

const canary = new Canary("the secret");
const AUTH_KEY = `tskey-auth-${canary.core}`;
const PRIVATE_KEY = `-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEI${canary.core}\n-----END EC PRIVATE KEY-----\n`;

const WRONG: readonly [unknown, ...unknown[]] = [AUTH_KEY, PRIVATE_KEY, [AUTH_KEY], { AUTH_KEY }];

const MISTAKES: readonly [Mistake, ...Mistake[]] = [
  (_, tailnet, __, one) => {
    const names = [
      "name",
      "hostname",
      "loginServer",
      "exitNode",
      "caCertificates",
      "veth",
      "loginTimeout",
      "socks",
    ];
    tailnet[one.pick(["dns", ...names])] = one.pick([AUTH_KEY, PRIVATE_KEY]);
  },
  (_, tailnet, __, one) => {
    tailnet[one.pick(["reach", "resolvers", "advertiseRoutes"])] = one.pick(WRONG);
  },
  (gateway, _, __, one) => {
    const names = ["primaryAddress", "primaryInterface", "clients", "mirror", "ssh", "tailscale", "tailnets"];
    gateway[one.pick(["name", ...names])] = one.pick(WRONG);
  },
  (gateway, _, __, one) => {
    const names = ["user", "hostKey", "privateKeyFile", "port", "agent", "jump"];
    gateway.ssh = {
      ...HARMLESS.gateway.ssh,
      [one.pick(["host", ...names])]: one.pick([AUTH_KEY, PRIVATE_KEY]),
    };
  },
  (gateway, _, __, one) => {
    gateway.mirror = one.pick([
      `https://me:${canary.core}@mirror.example`,
      `https://${canary.core}@mirror.example/path`,
      `https://mirror.example/?token=${canary.core}`,
    ]);
  },
  (_, tailnet) => {
    tailnet.authKey = AUTH_KEY;
  },
  (_, tailnet, secrets, one) => {
    const users = one.pick([[AUTH_KEY], { ann: AUTH_KEY }, AUTH_KEY, ["ann"]]);
    tailnet.socks = { port: 11080, users };
    secrets["home/work/users/ann"] = one.pick([PRIVATE_KEY, `${canary.core} `]);
  },
  (_, __, secrets, one) => {
    const names = [
      "home/work/authKey",
      "home/privateKey",
      "home/passphrase",
      "home/jump/privateKey",
      "home/x/authKey",
    ];
    secrets[one.pick(["home", ...names])] = one.pick([
      `${AUTH_KEY} ${AUTH_KEY}`,
      `\n${PRIVATE_KEY}`,
      ...WRONG,
    ]);
  },
];

/** @param shown how an error is told */
export function refusalsTrial(
  shown: (error: ArgumentsError, tree: unknown) => string = ({ message }) => message,
): Trial {
  return {
    name: "no refusal of an argument repeats a secret, wherever in the configuration it was put",
    on: "memory",
    cases: { fast: 300, whole: 5000 },
    async open() {
      let refused = 0;
      const subject: Subject = {
        async try(one) {
          const { authKey: _, name: __, ...tailnet } = structuredClone<Tree>(HARMLESS.tailnet);
          const gateway: Tree = { ...structuredClone<Tree>(HARMLESS.gateway), tailnets: { work: tailnet } };
          const secrets: Tree = { "home/work/authKey": AUTH_KEY };
          for (let times = 1 + one.below(3); times > 0; times--)
            one.pick(MISTAKES)(gateway, tailnet, secrets, one);
          const error = refusalOf({ home: gateway }, one.below(20) > 0 ? secrets : AUTH_KEY);
          if (error === null) return;
          refused++;
          const trace = canary.tracesIn(shown(error, gateway)) ?? canary.tracesIn(error.stack ?? "");
          if (trace !== null) throw new Error(`a refusal shows ${trace}`);
        },
        close: async () => undefined,
        figures: () => ({ "refusals with a secret nearby": refused }),
      };
      return subject;
    },
  };
}

function refusalOf(gateways: unknown, secrets: unknown): ArgumentsError | null {
  try {
    readConfiguration(gateways, secrets);
    return null;
  } catch (error) {
    if (error instanceof ArgumentsError) return error;
    throw error;
  }
}

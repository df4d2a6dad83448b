import type { Run } from "../../host/stack.ts";
import { WORK } from "../../lab/proofs.ts";
import type { Trial } from "../contract.ts";
import { same } from "../holds.ts";
import { failed, onLaboratory, says, succeeded } from "../on-laboratory.ts";

export const twoStacks = (): Trial =>
  onLaboratory(
    "two stacks that set up the same gateway at once: one has it, the other is told whose it is",
    "both",
    {
      cases: { fast: 0, whole: 1 },
      async try(_, { bench: { configurations, open } }, count) {
        const config = await configurations.of([WORK]);
        const [one, two] = [await open(config), await open(config)];
        const runs = await Promise.all([one.up(), two.up()]);
        count("interleavings");
        same("how many have the gateway", String(runs.filter(({ status }) => status === 0).length), "1");
        const winner = runs[0]?.status === 0 ? one : two;
        const refused = runs.find(({ status }) => status !== 0) satisfies Run | undefined;
        says(
          refused?.output ?? "",
          new RegExp(
            `gateway belongs to gateway of stack \\S+/${winner.name}|locked by \\S+/${winner.name} .*since`,
          ),
        );
        succeeded(await winner.refresh("--expect-no-changes"));
        for (const stack of [one, two]) succeeded(await stack.destroy());
      },
    },
  );

export const oneHostTwice = (): Trial =>
  onLaboratory(
    "two gateways of one stack that reach the same host by two addresses: the second is refused",
    "twins",
    {
      cases: { fast: 0, whole: 1 },
      async try(_, { bench: { lab, configurations, open } }, count) {
        const second = lab.hosts.gateway.address.replace(/\d+$/, "222");
        await lab.mustExec(
          "gateway",
          `dev=$(ip -o -4 route get ${lab.mirrorUrl.replace("http://", "")} | sed 's/.* dev \\([^ ]*\\).*/\\1/')
ip addr add ${second}/24 dev $dev`,
        );
        try {
          const { gateways, secrets } = await configurations.of([]);
          const home = homeOf(gateways);
          const away = (host: string) => ({
            gateways: { home, away: { ...home, ssh: { ...home.ssh, host } } },
            secrets: { ...secrets, "away/privateKey": lab.privateKey },
          });
          const stack = await open({ gateways, secrets });
          await stack.configure(away(home.ssh.host));
          says(failed(await stack.up()), `is the host of gateway home already`);
          await stack.configure(away(second));
          says(
            failed(await stack.up()),
            /cannot take gateway: another resource of this program has it, which calls the same host/,
          );
          count("twins refused");
          succeeded(await stack.destroy());
        } finally {
          await lab.exec(
            "gateway",
            `ip addr del ${second}/24 dev $(ip -o -4 addr show to ${second} | awk '{ print $2 }')`,
          );
        }
      },
    },
  );

interface Home {
  readonly ssh: { readonly host: string };
}

function homeOf(gateways: unknown): Home {
  if (typeof gateways === "object" && gateways !== null && "home" in gateways && isHome(gateways.home))
    return gateways.home;
  throw new Error("the configuration has no gateway home");
}

function isHome(value: unknown): value is Home {
  return typeof value === "object" && value !== null && "ssh" in value;
}

import { singBoxConfig } from "../host/laboratory-config.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { WORK } from "../lab/proofs.ts";
import { get } from "../lab/proxies.ts";
import { until } from "../lab/waiting.ts";

const USERS = { ann: "Of-ann-1234567" };

interface Change {
  readonly argument: string;
  /** Arguments of the port before; `port` is always there. */
  readonly from: Readonly<Record<string, unknown>>;
  readonly to: Readonly<Record<string, unknown>>;
  /** Words of the units that run anew after it; nothing else of the gateway does. */
  readonly anew: readonly string[];
}

/** The relays and the server have as many sessions as are allowed in their units. */
const CHANGES: readonly Change[] = [
  {
    argument: "port",
    from: {},
    to: { port: 11085 },
    anew: ["oneport.service", "oneport.socket", "relay.service", "relay.socket"],
  },
  {
    argument: "maxSessions",
    from: {},
    to: { maxSessions: 64 },
    anew: ["oneport.service", "relay.service", "socks.service"],
  },
  { argument: "server", from: {}, to: { server: "sing-box" }, anew: ["socks.service"] },
  {
    argument: "users",
    from: { onePortNames: [] },
    to: { onePortNames: [], users: Object.keys(USERS) },
    anew: ["socks.service"],
  },
  {
    argument: "onePortNames",
    from: {},
    to: { onePortNames: ["work", "work.example"] },
    anew: ["oneport.service"],
  },
];

onLaboratory(
  "an argument of a SOCKS port that is changed on a live gateway, and back",
  "changes",
  (bench) => {
    let stack: Stack;
    const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
    const configured = (socks: object) =>
      bench().configurations.of([WORK], {
        gateway: { singBox: singBoxConfig(bench().lab), onePort: { port: 1080 } },
        tailnet: { socks: { port: WORK.port, ...socks } },
        ...("users" in socks && {
          secrets: Object.fromEntries(
            Object.entries(USERS).map(([user, password]) => [`home/work/users/${user}`, password]),
          ),
        }),
      });
    const change = async (socks: object) => {
      await stack.configure(await configured(socks));
      succeeded(await stack.up());
    };
    /** Every run of a unit has a number of its own. */
    const runs = async () => {
      const units = "$(systemctl list-units --plain --no-legend 'tsproxy*' | cut -d ' ' -f 1)";
      const text = await onGateway(
        `for unit in ${units}; do echo "$unit $(systemctl show -P InvocationID $unit)"; done`,
      );
      return new Map(
        text
          .trim()
          .split("\n")
          .map((line): [string, string] => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]),
      );
    };
    const bytes = () =>
      onGateway(
        "find /etc/tsproxy /etc/systemd/system/tsproxy* -type f | sort | xargs sha256sum; nft -s list ruleset | sha256sum",
      );
    const works = (socks: Readonly<Record<string, unknown>>) => {
      const login = "users" in socks ? `ann:${USERS.ann}@` : "";
      const proxy = `socks5h://${login}${bench().lab.hosts.gateway.tailnetAddress}:${socks.port ?? WORK.port}`;
      const isReached = async () =>
        (await bench().lab.exec("client", get(proxy, "office.work"))).stdout === "office itself\n";
      return until("the office", isReached, 20_000, proxy);
    };

    it("begins with one", async () => {
      stack = await bench().open(await configured({}));
      succeeded(await stack.up());
      await works({});
    });

    it.each(CHANGES)(
      "$argument starts anew what has it, and leaves the same bytes",
      async ({ from, to, anew }) => {
        await change(from);
        const [before, were] = [await bytes(), await runs()];
        await change(to);
        await works(to);
        const are = await runs();
        const restarted = [...were].filter(([unit, run]) => are.has(unit) && are.get(unit) !== run);
        expect(restarted.map(([unit]) => unit).sort()).toEqual(anew.map((word) => `tsproxy-work-${word}`));
        succeeded(await stack.refresh("--expect-no-changes"));
        await change(from);
        await works(from);
        expect(await bytes()).toBe(before);
      },
    );
  },
);

import { Canary } from "../../fake/canary.ts";
import { type Bench, openBench } from "../../host/bench.ts";
import type { Variation } from "../../host/laboratory-config.ts";
import { type ExecWatch, watchPrograms } from "../../lab/exec-watch.ts";
import { filesWith, processTexts } from "../../lab/host-search.ts";
import { type Way, WORK } from "../../lab/proofs.ts";
import type { Subject, Trial } from "../contract.ts";
import { type WatchedKey, watchedKey } from "./keys.ts";
import { Search } from "./search.ts";
import { WatchedStack } from "./watched-stack.ts";

const KEY_FILE = "/etc/tsproxy/work/authkey";
/** Files that hold a secret because that is what they are for: root's, and what systemd makes of it for one unit. */
const OWNERS: ReadonlyMap<string, number> = new Map([
  [KEY_FILE, 0o600],
  ["/etc/tsproxy/work/socks/users/ann", 0o600],
  ["/run/tsproxy_sockslogins-work/logins", 0o600],
  ["/run/credentials/tsproxy-work-online.service/authkey", 0o400],
]);
const ADMINS_KEYS = "/home/admin/.ssh/authorized_keys";

export const laboratoryTrial: Trial = {
  name: "in the whole life of a gateway no secret is anywhere on the host or on the machine that runs Pulumi but where it belongs",
  on: "laboratory",
  cases: { fast: 0, whole: 1 },
  async open() {
    const bench = await openBench("leaks");
    const search = new Search();
    const subject: Subject = {
      async try() {
        const life = await WholeLife.on(bench, search);
        try {
          await life.live();
        } finally {
          await life.end();
        }
        await mustSeeWhatIsPlanted(bench, search);
      },
      close: () => bench.close(),
      figures: () => ({ "texts searched": search.texts }),
    };
    return subject;
  },
};

class WholeLife {
  readonly #bench: Bench;
  readonly #search: Search;
  readonly #watched: WatchedStack;
  readonly #keys: { readonly host: WatchedKey; readonly jump: WatchedKey };
  readonly #watch: ExecWatch;
  readonly #way: Way;

  private constructor(
    bench: Bench,
    search: Search,
    watched: WatchedStack,
    keys: { readonly host: WatchedKey; readonly jump: WatchedKey },
    watch: ExecWatch,
  ) {
    this.#bench = bench;
    this.#search = search;
    this.#watched = watched;
    this.#keys = keys;
    this.#watch = watch;
    this.#way = { ...WORK, login: `ann:${search.add(new Canary("the password of a user")).core}` };
  }

  static async on(bench: Bench, search: Search): Promise<WholeLife> {
    const { lab } = bench;
    const host = await watchedKey("the private key", search);
    const jump = await watchedKey("the private key of the jump host", search);
    await lab.mustExec("gateway", `cat >>${ADMINS_KEYS}`, { stdin: host.publicKey });
    await lab.mustExec("client", `cat >>${ADMINS_KEYS}`, { stdin: jump.publicKey });
    const watch = await watchPrograms(leaderOf(bench));
    return new WholeLife(bench, search, await WatchedStack.open("leaks", search), { host, jump }, watch);
  }

  async live(): Promise<void> {
    const { lab } = this.#bench;
    const wrong = this.#search.add(new Canary("the wrong auth key"));
    const found = this.#search.add(new Canary("the key that somebody left on the host"));
    const next = this.#search.add(new Canary("the next auth key"));
    const right = await this.#rightKey();

    await this.#configure(`hskey-auth-${wrong.core}`, { tailnet: { loginTimeout: 8 } });
    await this.#succeed("preview", "--diff");
    await this.#fail("up", "--yes", "--diff");
    await this.#configure(right);
    await this.#succeed("up", "--yes", "--diff");
    await this.#succeed("refresh", "--yes", "--expect-no-changes");

    await lab.mustExec("gateway", `cat >${KEY_FILE}; echo >>/etc/tsproxy/work/node.json`, {
      stdin: found.core,
    });
    await this.#succeed("refresh", "--yes", "--diff");
    await this.#succeed("up", "--yes", "--diff");
    await this.#configure(`tskey-auth-${next.core}`);
    await this.#succeed("up", "--yes", "--diff");
    const state = await lab.mustExec("gateway", ["cat", KEY_FILE]);
    if (!state.includes(next.core)) throw new Error("the next auth key has not reached its file");
    await this.#succeed("destroy", "--yes", "--diff");
    const left = await filesWith(leaderOf(this.#bench), this.#search.needles());
    if (left.length > 0) throw new Error(`destroy leaves ${left.map(({ path }) => path).join(", ")}`);
  }

  async end(): Promise<void> {
    for (const line of await this.#watch.stop()) this.#search.in("a program on the host", line);
    this.#watched.remove();
    this.#search.mustHaveFoundNothing();
  }

  async #rightKey(): Promise<string> {
    const { secrets } = await this.#bench.configurations.of([this.#way]);
    const key = secrets["home/work/authKey"] ?? "";
    // its end alone is secret: before that stand words and a number by which it is listed
    this.#search.add(new Canary("the auth key", key.slice(-32)));
    return key;
  }

  async #configure(authKey: string, more: Variation = {}): Promise<void> {
    const { lab, configurations } = this.#bench;
    const { host, jump } = this.#keys;
    const hop = (name: "gateway" | "client") => ({
      host: lab.hosts[name].address,
      hostKey: lab.hosts[name].hostKey,
      user: "admin",
    });
    const { gateways, secrets } = await configurations.of([this.#way], {
      ...more,
      gateway: { ssh: { ...hop("gateway"), jump: hop("client") } },
      secrets: {
        "home/privateKey": host.privateKey,
        "home/passphrase": host.passphrase,
        "home/jump/privateKey": jump.privateKey,
        "home/jump/passphrase": jump.passphrase,
        "home/work/authKey": authKey,
      },
    });
    await this.#watched.configure(gateways, secrets);
  }

  async #succeed(...args: string[]): Promise<void> {
    const { ok, output } = await this.#watched.run(...args);
    if (!ok) throw new Error(`pulumi ${args.join(" ")} failed:\n${withoutLog(output)}`);
    if (args[0] === "up") await searchHost(this.#bench, this.#search);
    this.#search.mustHaveFoundNothing();
  }

  async #fail(...args: string[]): Promise<void> {
    const { ok } = await this.#watched.run(...args);
    if (ok) throw new Error(`pulumi ${args.join(" ")} succeeded with a wrong auth key`);
    await searchHost(this.#bench, this.#search);
    this.#search.mustHaveFoundNothing();
  }
}

/** Everything on the gateway that any user could look at. */
async function searchHost(bench: Bench, search: Search): Promise<void> {
  const { lab } = bench;
  const leader = leaderOf(bench);
  for (const { path, mode, uid } of await filesWith(leader, search.needles())) {
    const text = await lab.mustExec("gateway", ["cat", path]);
    const isOpen = OWNERS.get(path) !== mode || (path === KEY_FILE && uid !== 0);
    if (isOpen) search.in(`${path}, mode ${mode.toString(8)} of user ${uid},`, text);
  }
  for (const text of await processTexts(leader)) search.in("a process on the host", text);
  search.in(
    "the journal of the host",
    await lab.mustExec("gateway", "journalctl -q -o export -a --no-pager"),
  );
  search.in("what systemd knows", await lab.mustExec("gateway", "systemctl show '*' --no-pager"));
}

/** In each of the places where nothing was found, something is left: a search that does not see it shows nothing. */
async function mustSeeWhatIsPlanted(bench: Bench, search: Search): Promise<void> {
  const { lab } = bench;
  const { core } = search.add(new Canary("what was planted"));
  const base64 = Buffer.from(core).toString("base64");
  const watch = await watchPrograms(leaderOf(bench));
  const plants = [
    `logger ${core}`,
    `echo ${base64} >/tmp/left; echo ${core} >/root/core.1; chmod 0600 /root/core.1`,
    `systemd-run -q --unit=planted --setenv=KEY=${core} sleep 1000`,
    `systemd-run -q --wait true ${base64}`,
  ];
  for (const plant of plants) await lab.mustExec("gateway", plant);
  await searchHost(bench, search);
  for (const line of await watch.stop()) search.in("a program on the host", line);
  const found = search.found();
  const places = [
    "/tmp/left",
    "/root/core.1",
    "a process on the host",
    "a program on the host",
    "the journal",
    "what systemd knows",
  ];
  const unseen = places.filter((place) => !found.some((line) => line.startsWith(place)));
  if (unseen.length > 0) throw new Error(`what was planted went unnoticed: ${unseen.join(", ")}`);
}

function leaderOf({ lab }: Bench): number {
  const leader = lab.leader("gateway");
  if (leader === undefined) throw new Error("the gateway is off");
  return leader;
}

/** What a user sees, and no more of it than an error needs. */
function withoutLog(output: string): string {
  return output
    .split("\n")
    .filter((line) => !line.startsWith("{"))
    .join("\n")
    .slice(-4000);
}

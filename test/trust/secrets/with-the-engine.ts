import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { Canary } from "../../fake/canary.ts";
import { Sshd } from "../../fake/sshd.ts";
import type { Subject, Trial } from "../contract.ts";
import { HARMLESS } from "../hostile/configurations.ts";
import { watchedKey } from "./keys.ts";
import { Search } from "./search.ts";
import { WatchedStack } from "./watched-stack.ts";

/** How an `up` comes to fail on this side of the wire. */
type Failure = (given: { connection: object; secrets: Record<string, string> }) => void;

/** A preview refuses it, too. */
const notAKey: Failure = ({ secrets }) => {
  secrets["home/work/authKey"] = `two ${secrets["home/work/authKey"]}`;
};

const FAILURES: readonly [Failure, ...Failure[]] = [
  () => undefined, // the host hangs up
  ({ secrets }) => {
    secrets["home/passphrase"] = "another one";
  },
  ({ connection }) => {
    Object.assign(connection, { hostKey: HARMLESS.gateway.ssh.hostKey });
  },
  notAKey,
];

/** @param more lines of the user's program */
export function engineTrial(more = ""): Trial {
  return {
    name: "Pulumi at its most talkative shows a secret in nothing that a preview or a failed run prints, logs, calls or leaves",
    on: "machine",
    // the engine has to be there, and takes its time
    cases: { fast: 0, whole: FAILURES.length },
    async open() {
      const search = new Search();
      const sshd = await Sshd.open({ shell: (channel) => channel.close() });
      const key = await watchedKey("the private key", search);
      const jump = await watchedKey("the private key of the jump host", search);
      const authKey = search.add(new Canary("the auth key")).core;
      const password = search.add(new Canary("the password of a user")).core;
      let runs = 0;
      const subject: Subject = {
        async try(one) {
          const watched = await WatchedStack.open("leaks", search);
          try {
            appendFileSync(join(watched.stack.directory, "index.ts"), more);
            const { host, port, user, hostKey } = sshd.connection;
            const connection = { host, port, user, hostKey };
            const secrets = {
              "home/privateKey": key.privateKey,
              "home/passphrase": key.passphrase,
              "home/jump/privateKey": jump.privateKey,
              "home/jump/passphrase": jump.passphrase,
              "home/work/authKey": `tskey-auth-${authKey}`,
              "home/work/users/ann": password,
            };
            const failure = FAILURES[one.number % FAILURES.length] ?? notAKey;
            failure({ connection, secrets });
            await watched.configure(gatewaysAt({ ...connection, jump: connection }), secrets);
            for (const args of [
              ["preview", "--diff"],
              ["up", "--yes", "--diff"],
            ]) {
              const { ok, output } = await watched.run(...args);
              runs++;
              // a configuration that is refused shows nothing
              const isMeant = args[0] === "preview" && failure !== notAKey;
              if (ok !== isMeant)
                throw new Error(`pulumi ${args[0]} ${ok ? "succeeded" : "failed"}: ${output.slice(-2000)}`);
            }
            search.mustHaveFoundNothing();
          } finally {
            watched.remove();
          }
        },
        close: async () => sshd.close(),
        figures: () => ({ "runs of pulumi searched": runs, "texts searched": search.texts }),
      };
      return subject;
    },
  };
}

function gatewaysAt(ssh: object): unknown {
  const { gateway: host, tailnet, dns } = HARMLESS;
  const socks = { ...HARMLESS.socks, users: ["ann"], onePortNames: [] };
  const { name: _, ...gateway } = host;
  const { name: __, authKey: ___, ...args } = tailnet;
  const work = { ...args, socks, dns };
  return { home: { ...gateway, ssh, tailnets: { work } } };
}

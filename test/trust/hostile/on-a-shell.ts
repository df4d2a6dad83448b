import { existsSync, readFileSync, rmSync } from "node:fs";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Step } from "../../../providers/engine/plan/step.ts";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import { quote } from "../../../providers/engine/wire/script.ts";
import type { Shell } from "../../../providers/engine/wire/shell.ts";
import { shellHost } from "../../../providers/engine/wire/shell-host.ts";
import { alone } from "../../alone.ts";
import { canSandbox, Sandbox } from "../../fake/sandbox.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { rendered, withHostileValue } from "./configurations.ts";
import { nasty, PWNED } from "./nasty.ts";

const FILES_PER_CASE = 12;

interface Broken {
  /** What becomes of a program on its way; told the words that an attacker chose. */
  readonly rewrite?: (program: string, words: readonly string[]) => string;
  /** Looks at arguments, and renders them. */
  readonly look?: typeof rendered;
}

/** The real programs on a real shell, which may do as they please with what stands in them. */
export function shellTrial({ rewrite = (program) => program, look = rendered }: Broken = {}): Trial {
  return {
    name: "a hostile text reaches its file byte for byte, and no shell on the way runs what stands in it",
    on: "machine",
    cases: { fast: canSandbox ? 30 : 0, whole: 300 },
    async open() {
      const sandbox = new Sandbox();
      let texts = 0;
      const subject: Subject = {
        async try(one) {
          texts += FILES_PER_CASE;
          rmSync(sandbox.path(PWNED), { force: true });
          await mustArrive(sandbox, one, rewrite);
          await mustSource(sandbox, one, look);
          if (existsSync(sandbox.path(PWNED))) throw new Error("a command that stood in a text was run");
        },
        close: async () => sandbox.remove(),
        figures: () => ({ "hostile texts written": texts }),
      };
      return subject;
    },
  };
}

async function mustArrive(
  sandbox: Sandbox,
  one: Case,
  rewrite: NonNullable<Broken["rewrite"]>,
): Promise<void> {
  const home: HostPath = `/etc/tsproxy/case${one.number}`;
  const texts = Array.from({ length: FILES_PER_CASE }, (): string =>
    withoutNul(nasty(one, "text\n")).toWellFormed(),
  );
  const steps = texts.map(
    (content, n): Step => ({ do: "write", path: `${home}/${n}`, mode: "0600", content, found: "absent" }),
  );
  const [project, stack, url] = [
    withoutNul(nasty(one)),
    withoutNul(nasty(one)),
    withoutNul(nasty(one, "/x")),
  ];
  const download: Step = {
    do: "download",
    path: `${home}/tool`,
    url: `http://127.0.0.1:9${url}`,
    sha256: "0",
    redirects: [],
    members: {},
  };
  const shell: Shell = {
    name: sandbox.name,
    run: (program, hearing) => sandbox.run(rewrite(program, [...texts, project, stack, url]), hearing),
    greet: () => sandbox.greet(),
  };
  const identity = { project, stack, key: `case${one.number}`, sweeps: false };
  const order = { identity, steps: [...steps, download], owned: OWNS_NOTHING };
  const { begun } = await alone(shellHost(shell)).apply(order);
  if (begun !== order.steps.length)
    throw new Error(`only ${begun} of ${order.steps.length} steps were begun`);
  for (const [n, text] of texts.entries()) {
    const found = readFileSync(sandbox.path(`${home}/${n}`), "utf8");
    if (found !== text) throw new Error(`${JSON.stringify(text)} arrived as ${JSON.stringify(found)}`);
  }
}

/** What a namespace is made of is read by a shell on the host: it must find what was asked for. */
async function mustSource(sandbox: Sandbox, one: Case, look: typeof rendered): Promise<void> {
  const result = look(withHostileValue(one, "tailnet").args);
  if ("refused" in result) return;
  const files = Object.entries(result.desired[1]?.files ?? {});
  const content = files.find(([path]) => path.endsWith("/netns.conf"))?.[1].content;
  if (typeof content !== "string") throw new Error("there is no netns.conf");
  const { name, reach, resolvers } = result.tailnet;
  const program = [
    `printf %s ${quote(content)} >/run/netns.conf`,
    ". /run/netns.conf",
    'printf "%s|%s|%s" "$netns" "$reach" "$resolvers"',
  ].join("\n");
  const { output } = await sandbox.attempt(program);
  const wanted = [`tsp-${name}`, reach.join(" "), resolvers.join(" ")].join("|");
  if (output !== wanted)
    throw new Error(`a shell reads ${JSON.stringify(output)} instead of ${JSON.stringify(wanted)}`);
}

/** A text with NUL is refused before it is sent. */
function withoutNul(text: string): string {
  return text.replaceAll("\0", "");
}

import type { ArgumentsError } from "../../../components/arguments/values/problem.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { digestOf } from "../../../providers/engine/kinds/file.ts";
import type { Step } from "../../../providers/engine/plan/step.ts";
import type { Wish } from "../../fake/stack.ts";
import { planted } from "../planted.ts";

/** Says what it writes. */
export function warningOfTexts(host: Host): Host {
  return {
    ...delegating(host),
    async apply(order) {
      const applied = await host.apply(order);
      return { ...applied, warnings: order.steps.flatMap(textOf) };
    },
  };
}

/** Fails with what it was given, as `sh -x` does, in base64. */
export function failingWithTexts(host: Host): Host {
  return {
    ...delegating(host),
    async apply(order) {
      const applied = await host.apply(order);
      const evidence = order.steps.flatMap(textOf).map((text) => Buffer.from(text).toString("base64"));
      return { ...applied, failed: { doing: "write", evidence } };
    },
  };
}

/** Keeps a copy of what it writes where everybody may read it. */
export function readableByAll(wish: Wish): Wish {
  const files = Object.entries(wish.desired.files).map(([path, file]) => [path, { ...file, mode: "0644" }]);
  return { ...wish, desired: { ...wish.desired, files: Object.fromEntries(files) } };
}

/** Beside the secrets in the clear. */
export function withFingerprint(visible: unknown, all: unknown): unknown {
  return {
    visible,
    all: Buffer.from(JSON.stringify(all)).toString("hex"),
    digest: digestOf(JSON.stringify(all)),
  };
}

export function repeatingAll({ message }: ArgumentsError, tree: unknown): string {
  return `${message}: ${JSON.stringify(tree)}`;
}

/** Programs that leak, each in another way. */
export const LEAKING = {
  argument: planted('printf %s "$3" >', 'env printf %s "$3" >'),
  environment: planted("*) umask 077 ;;", '*) export TEXT="$3"; umask 077 ;;'),
  mode: planted("*) umask 077 ;;", "*) umask 022 ;;"),
  copy: planted('printf %s "$3" >', 'printf %s "$3" | base64 >/run/copy; printf %s "$3" >'),
} as const;

const TAKEN = `
const taken = JSON.stringify(new (await import("@pulumi/pulumi")).Config("tsproxy").requireObject("secrets"));
`;

/** What a careless author may write behind a program. */
export const PROGRAMS = {
  printing: `${TAKEN}console.log(Buffer.from(taken).toString("hex"));\n`,
  leaving: `${TAKEN}(await import("node:fs")).writeFileSync(process.env.TMPDIR + "/kept", taken);\n`,
  calling: `${TAKEN}(await import("node:child_process")).spawnSync("true", [taken]);\n`,
} as const;

function textOf(step: Step): string[] {
  return step.do === "write" ? [step.content] : [];
}

function delegating(host: Host): Host {
  return {
    name: host.name,
    look: (question) => host.look(question),
    apply: (order) => host.apply(order),
    contents: (paths) => host.contents(paths),
  };
}

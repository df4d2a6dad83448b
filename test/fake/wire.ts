import type { Applied, Host } from "../../providers/engine/host.ts";
import type { ProbeAnswer } from "../../providers/engine/kinds/extension.ts";
import type { ObservedFile } from "../../providers/engine/kinds/file.ts";
import type { ObservedUnit } from "../../providers/engine/kinds/unit/spec.ts";
import { describe } from "../../providers/engine/plan/step.ts";
import type { Observed } from "../../providers/engine/state/observed.ts";
import { lastLineOf } from "../../providers/engine/wire/script.ts";
import { shellHost } from "../../providers/engine/wire/shell-host.ts";

/** What comes of an answer on its way: the text that arrives. */
export type Spoil = (answer: string, nonce: string) => string;

/**
 * A host in memory at the end of a wire: its answers go as text, as those of a real one, and are read by the code
 * that reads those. On the way they can be spoilt, by an attacker who has read the program and knows its nonce.
 */
export function wired(host: Host, spoil: Spoil = (answer) => answer): Host {
  let answer = "";
  const remote = shellHost({
    name: host.name,
    async run(program, { onLine }) {
      const [, nonce = ""] = /^say begin (\S+)$/m.exec(program) ?? [];
      const whole = [`= begin ${nonce}`, answer, `= end ${nonce}`, lastLineOf(nonce), ""].join("\n");
      const heard = spoil(whole, nonce);
      for (const line of heard.split("\n")) onLine(line);
      return heard;
    },
    greet: async () => {},
  });
  return {
    name: host.name,
    async look(question) {
      const seen = await host.look(question);
      const findings = seen.findings.map(
        ({ requirement, evidence }) => `= finding ${requirement} ${evidence}`,
      );
      answer = [...findings, lookText(seen)].join("\n");
      return only(await remote.look([question]));
    },
    async apply(order) {
      const applied = await host.apply(order);
      answer = [applyText(order.steps.map(describe), applied), lookText(applied.observed)].join("\n");
      return only(await remote.apply([order]));
    },
    async contents(paths) {
      const texts = Object.entries(await host.contents(paths));
      answer = texts
        .map(([path, text]) => `= content ${path}\n${Buffer.from(text).toString("base64")}`)
        .join("\n");
      return remote.contents(paths);
    },
  };
}

function only<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error("a remote answers each question");
  return first;
}

function applyText(steps: readonly string[], { begun, moved, failed, warnings }: Applied): string {
  return [
    "= order 0",
    ...steps.slice(0, begun).flatMap((step, number) => [`= step ${number}`, `= doing ${step}`]),
    ...(moved === null ? [] : [`= moved ${moved}`]),
    ...(failed === null
      ? []
      : [`= doing ${failed.doing}`, "= failed 1", ...failed.evidence.map((line) => `| ${line}`)]),
    ...warnings.map((warning) => `= warning ${warning}`),
    "= order -",
  ].join("\n");
}

/** As the program `look` prints it. */
function lookText(seen: Observed): string {
  const files = Object.entries(seen.files);
  const units = Object.entries(seen.units);
  return [
    "= manifests",
    ...Object.entries(seen.manifests).flatMap(([key, { text }]) => [
      `${key}.manifest`,
      ...text
        .split("\n")
        .slice(0, -1)
        .map((line) => ` ${line}`),
    ]),
    "= host",
    seen.architecture,
    ...seen.addresses,
    "= files",
    ...files.map(([path, file]) => `${statMode(file)} ${file.owner} ${file.stat} ${path}`),
    "= digests",
    ...files.flatMap(([path, { digest }]) => (digest === null ? [] : [`${digest}  ${path}`])),
    "= downloads",
    ...Object.entries(seen.downloads).flatMap(([path, { sha256, members }]) => [
      `${path} ${sha256}`,
      ...Object.entries(members).map(([name, stat]) => `${path} ${name} ${stat}`),
    ]),
    "= units",
    ...units.flatMap(([unit, found]) => unitBlock(unit, found)),
    "= stamps",
    ...units.map(([unit, { started, reloaded }]) => `${unit} ${started || "-"} ${reloaded || "-"}`),
    "= checks",
    ...checkLines(seen),
    "= packages",
    ...seen.packages.map((name) => `${name} installed`),
    "= probes tailnet",
    ...Object.entries(seen.probes).flatMap(([socket, facts]) => [
      ...(facts === null ? [] : [` ${statusOf(facts)}`]),
      `@ ${socket}`,
    ]),
  ].join("\n");
}

const KIND_BITS: Readonly<Record<ObservedFile["kind"], number>> = {
  file: 8,
  link: 10,
  directory: 4,
  other: 6,
};

function statMode({ kind, mode }: ObservedFile): string {
  return ((KIND_BITS[kind] << 12) | Number.parseInt(mode, 8)).toString(16);
}

function unitBlock(unit: string, { active, enabled, masked, stale }: ObservedUnit): string[] {
  return [
    `Id=${unit}`,
    `LoadState=${masked ? "masked" : "loaded"}`,
    `ActiveState=${active}`,
    `UnitFileState=${enabled ? "enabled" : "disabled"}`,
    `NeedDaemonReload=${stale ? "yes" : "no"}`,
  ];
}

function checkLines({ answered, units }: Observed): string[] {
  return [...new Set(answered)].flatMap((line) => {
    const [, unit = "", command = "", name = ""] = /^unit (\S+) (?:clean|keep) (.+) (\S+)$/.exec(line) ?? [];
    const status = Object.entries(units).find(([each]) => each === unit)?.[1].check ?? null;
    return status === null ? [] : [command, `${name} ${status}`];
  });
}

function statusOf({ healthy, facts, complaints }: ProbeAnswer): string {
  return JSON.stringify({
    BackendState: facts.state,
    HaveNodeKey: healthy,
    TailscaleIPs: facts.addresses,
    Self: { DNSName: `${facts.dnsName}.` },
    MagicDNSSuffix: facts.suffix,
    Health: complaints.map((line) => line.replace(/^tailscale: /, "")),
  });
}

import { readFileSync } from "node:fs";
import { type Footprint, linesOf } from "./footprint.ts";
import type { HostPath, Identity, Requirement } from "./model.ts";
import type { Step } from "./plan.ts";
import { questionOf } from "./requirements.ts";

const LOCK_WAIT_SECONDS = 30;

const part = (name: string) => readFileSync(new URL(`./program/${name}.sh`, import.meta.url), "utf8");
const [STEPS, LOOK, REQUIREMENTS] = [part("steps"), part("look"), part("requirements")];

/** A program that looks. `nonce` marks its beginning and end, so that half an answer is not taken for one. */
export function lookProgram(
  nonce: string,
  footprint: Footprint,
  requirements: readonly Requirement[],
): string {
  const needs = requirements.map((requirement, n) =>
    ["need", String(n), ...questionOf(requirement)].map(quote).join(" "),
  );
  return whole(nonce, [...(needs.length > 0 ? [REQUIREMENTS, ...needs] : []), lookLine(footprint)]);
}

/** A program that takes the lock, does the steps and looks. */
export function applyProgram(
  nonce: string,
  identity: Identity,
  steps: readonly Step[],
  footprint: Footprint,
): string {
  const holder = `${identity.project}/${identity.stack} (${identity.key})`;
  return whole(nonce, [
    `lock ${LOCK_WAIT_SECONDS} ${quote(holder)} || { say end ${nonce}; exit 0; }`,
    "mkdir -p -m 0700 $LIB",
    "steps() {",
    ":",
    ...steps.map((step, n) => `say step ${n}; ${lineOf(step, identity)} || return`),
    "}",
    "steps",
    "tidy",
    lookLine(footprint),
  ]);
}

export function contentsProgram(nonce: string, paths: readonly HostPath[]): string {
  return whole(nonce, [`contents ${paths.map(quote).join(" ")}`]);
}

/** In braces, because a shell runs what has arrived: cut anywhere before the closing one, this runs nothing. */
function whole(nonce: string, lines: readonly string[]): string {
  return [
    "{",
    "export LC_ALL=C",
    "umask 022",
    STEPS,
    LOOK,
    `say begin ${nonce}`,
    ...lines,
    `say end ${nonce}`,
    "exit 0",
    "}",
    "",
  ].join("\n");
}

function lookLine(footprint: Footprint): string {
  return `look ${quote(linesOf(footprint).join("\n"))}`;
}

function lineOf(step: Step, identity: Identity): string {
  return wordsOf(step, identity).map(quote).join(" ");
}

function wordsOf(step: Step, { key }: Identity): string[] {
  switch (step.do) {
    case "note":
      return ["manifest", step.key, step.text];
    case "forget":
      return ["forget", step.key];
    case "leave": {
      const { tailscale, socket, config, unit, deadlineSeconds } = step.leave;
      return ["tailnet_logout", tailscale, socket, config, unit, String(deadlineSeconds)];
    }
    case "install":
      return ["install_packages", step.keepOff.join(" "), ...step.packages];
    case "purge":
      return ["purge", key, ...step.packages];
    case "let-be":
      return ["let_be", key, ...step.units];
    case "download":
      return ["download", step.path, step.sha256, step.url, ...Object.entries(step.members).flat()];
    case "adopt":
    case "discard":
      return [step.do, step.path];
    case "write":
      return ["write", step.path, step.mode, step.found, step.content];
    case "remove":
      return ["remove", step.path, step.found];
    case "reload-systemd":
      return ["systemd_reload"];
    case "stop":
    case "clean":
    case "enable":
    case "start":
    case "settle":
    case "reload":
      return [step.do, ...step.units];
  }
}

/** One word of a POSIX shell, whatever it holds. */
export function quote(text: string): string {
  return /^[A-Za-z0-9/._:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

import { readFileSync } from "node:fs";
import type { Extension, LeaveKind, ProbeKind } from "../engine/kinds/extension.ts";
import { answersIn } from "./answers.ts";

const part = (name: string) => readFileSync(new URL(`./${name}.sh`, import.meta.url), "utf8");

/** Asks a tailscaled for its status, at its socket. */
const status: ProbeKind = {
  kind: "tailnet",
  program: part("status"),
  task: (key) =>
    `log in to ${key.startsWith("route-") ? `the primary tailnet, for ${key.slice("route-".length)}` : key.replace("-", " ")}`,
  answers: (lines) => answersIn(lines),
};

/** Logs a node out, so that it does not stay listed in its tailnet. */
const logout: LeaveKind = {
  kind: "tailnet-logout",
  program: part("logout"),
  call: "tailnet_logout",
  words: ({ unit }) => `log out ${unit}`,
  announcement: ({ from }) =>
    `logs the node out${from === undefined ? "" : ` at ${from}`}: the way back takes a new login`,
  impossible: ({ config }) =>
    `the node may still be listed in its tailnet: ${config} is gone, so it cannot be logged out now`,
};

/** What the engine has to know of Tailscale. */
export const tailscale: Extension = { probes: [status], leaves: [logout] };

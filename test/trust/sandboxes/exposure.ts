import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SANDBOX_FILE } from "../../../components/render/names.ts";
import { EVERY } from "../../../components/render/one-port/place.ts";
import { run } from "../../toolchain/command.ts";
import { cases } from "../../unit/components/cases.ts";
import type { Trial } from "../contract.ts";

const UNITS = "/etc/systemd/system/";

/** Highest exposure that is allowed: 0 (nothing left to take away) to 10. */
const limitOf = (unit: string) =>
  unit === "tsproxy_watch.service" ? 4.3 : unit.endsWith("-tailscaled.service") ? 2.2 : 2.0;

/** Run once, to make something in the kernel, which a sandbox would keep them from, or of files that are root's. */
const IN_KERNEL = /^tsproxy_(?:forwarding|oneport|(?:netns|socks|sockslogins|oneport)-[a-z0-9_-]+)\.service$/;

/** The table of docs/security.md is that of this systemd: each one asks a little more than those before. */
const DOCUMENTED_WITH = "systemd 252";

const hasTool = spawnSync("systemd-analyze", ["--version"]).status === 0;

/** Unit files and what systemd reads with them, by their place below `UNITS`. */
type Units = Readonly<Record<string, string>>;

function rendered(): Units {
  const files = Object.values(cases).flatMap((desired) => Object.entries(desired.files));
  return Object.fromEntries(
    files
      .filter(([path]) => path.startsWith(UNITS))
      .map(([path, { content }]) => [path.slice(UNITS.length), String(content)]),
  );
}

/** Each rendered service by itself. @param change what is wrong with the units */
export function exposures(change: (units: Units) => Units = (units) => units): Trial {
  const units = change(rendered());
  const services = Object.keys(units).filter((name) => name.endsWith(".service"));
  const count = hasTool ? services.length : 0;
  return {
    name: "every unit has a sandbox with hardly anything in it, except those that work on the kernel",
    on: "machine",
    cases: { fast: count, whole: count },
    async open() {
      const folder = mkdtempSync(join(tmpdir(), "tsproxy-exposure-"));
      for (const [name, text] of Object.entries(units)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
      }
      const documented = await documentedExposures();
      let most = 0;
      return {
        async try({ number }) {
          const unit = services[number % services.length] ?? "";
          if (IN_KERNEL.test(unit)) return exempt(unit, units[unit] ?? "");
          const exposure = await exposureOf(folder, unit);
          most = Math.max(most, exposure);
          if (exposure > limitOf(unit))
            throw new Error(`${unit}: exposure ${exposure}, not ${limitOf(unit)}`);
          const kind = kindOf(unit, units[unit] ?? "");
          if (documented !== null && documented[kind] !== exposure)
            throw new Error(`docs/security.md: ${kind} has exposure ${exposure}, not ${documented[kind]}`);
        },
        close: async () => rmSync(folder, { recursive: true }),
        figures: () => ({ units: services.length, "highest exposure": most }),
      };
    },
  };
}

function exempt(unit: string, text: string): void {
  if (!/^Type=oneshot$/m.test(text)) throw new Error(`${unit} goes on running, but has no sandbox`);
}

async function exposureOf(folder: string, unit: string): Promise<number> {
  const command = ["systemd-analyze", "security", "--offline=true", "--no-pager", join(folder, unit)];
  const text = await run(command, { env: { SYSTEMD_UNIT_PATH: `${folder}:` } });
  const [, exposure] = /Overall exposure level for \S+: ([\d.]+) /.exec(text) ?? [];
  if (exposure === undefined) throw new Error(`systemd-analyze says nothing of ${unit}: ${text.slice(-200)}`);
  return Number(exposure);
}

/** `tsproxy-<tailnet>-dns.service` for that of any tailnet, with its arguments where they change what it may do. */
function kindOf(unit: string, text: string): string {
  if (unit.includes(`-${EVERY}-`)) return unit;
  const kind = unit.replace(/^tsproxy-.+-(\w+)\.service$/, "tsproxy-<tailnet>-$1.service");
  if (text.includes("/usr/sbin/danted ")) return `${kind}, server: dante`;
  return text.includes("AmbientCapabilities=CAP_NET_ADMIN") ? `${kind}, userNamespace: false` : kind;
}

/** By kind of unit; null when this systemd counts otherwise. */
async function documentedExposures(): Promise<Readonly<Record<string, number>> | null> {
  if (!(await run(["systemd-analyze", "--version"])).startsWith(`${DOCUMENTED_WITH} `)) return null;
  const text = readFileSync(join(import.meta.dirname, "../../../docs/security.md"), "utf8");
  const rows = text.matchAll(
    /^\| `(tsproxy[-_]\S+\.service(?:, (?:userNamespace: false|server: dante))?)` +\| +([\d.]+) /gm,
  );
  return Object.fromEntries([...rows].map(([, unit = "", exposure]) => [unit, Number(exposure)]));
}

/** The units without the file that they have in common. */
export function withoutSandbox(units: Units): Units {
  const { [SANDBOX_FILE.slice(UNITS.length)]: _, ...rest } = units;
  return rest;
}

/** The units with each line of the key `key` taken out. */
export function without(key: string): (units: Units) => Units {
  return (units) =>
    Object.fromEntries(
      Object.entries(units).map(([name, text]) => [
        name,
        text.replaceAll(new RegExp(`^${key}=.*\n`, "gm"), ""),
      ]),
    );
}

/** The units with one more, which goes on running outside of every sandbox. */
export function withOutsider(units: Units): Units {
  return { ...units, "tsproxy_netns-outsider.service": "[Service]\nType=simple\nExecStart=/bin/sleep 9\n" };
}

import type { HostName, Lab } from "../index.ts";

/** Writes files of a host that is up: path -> text. */
export async function write(
  lab: Lab,
  host: HostName,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, text] of Object.entries(files))
    await lab.mustExec(host, ["sh", "-c", 'mkdir -p "${1%/*}" && cat >"$1"', "sh", path], { stdin: text });
}

/** Starts a unit, now and at each boot. @param unit its text */
export async function serve(lab: Lab, host: HostName, name: string, unit: string): Promise<void> {
  await write(lab, host, { [`/etc/systemd/system/${name}`]: unit });
  await lab.mustExec(host, `systemctl daemon-reload && systemctl enable --now ${name}`);
}

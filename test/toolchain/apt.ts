import { attempt, run } from "./command.ts";
import { withProgress } from "./progress.ts";

/** Debian packages are fetched without questions, and a mirror's stale date is no reason to fail. */
export const aptGet = [
  "apt-get",
  "--yes",
  "--quiet",
  "--no-install-recommends",
  "-o",
  "Acquire::Check-Valid-Until=false",
  "-o",
  "Acquire::Check-Date=false",
  "-o",
  "Acquire::Retries=3",
] as const;

const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8" };

/** Installs what is missing of `commands` (command -> Debian package) on this machine. */
export async function installMissing(commands: Readonly<Record<string, string>>): Promise<void> {
  const missing: string[] = [];
  for (const [command, name] of Object.entries(commands)) {
    const found = await attempt(["sh", "-c", 'PATH="$PATH:/usr/sbin:/sbin"; command -v "$1"', "sh", command]);
    if (found.code !== 0) missing.push(name);
  }
  if (missing.length > 0) await installPackages([...new Set(missing)]);
}

/** @throws Error naming the packages, when apt cannot install them. */
export async function installPackages(names: readonly string[]): Promise<void> {
  const install = async () => {
    await attempt([...aptGet, "update"], { env });
    await run([...aptGet, "install", ...names], { env });
  };
  await withProgress(`installing ${names.join(" ")} on this machine`, install()).catch((error: Error) => {
    throw new Error(
      `cannot install ${names.join(" ")}: install them by hand and run this again\n${error.message}`,
    );
  });
}

/** The version apt would install, if any. */
export async function packageVersion(name: string): Promise<string | undefined> {
  const { stdout } = await attempt(["apt-cache", "policy", name], { env }).catch(() => ({ stdout: "" }));
  return stdout.match(/Candidate: (\S+)/)?.[1];
}

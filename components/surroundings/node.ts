import { programError } from "./program-error.ts";

/** As `engines` in package.json, which npm only warns of. */
export const OLDEST = "22.18";

/** What is wrong with a version of Node, or `null`. */
export function nodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return `pulumi-tsproxy needs Node ${OLDEST} or newer, and this is ${version}: install a newer one where Pulumi runs`;
}

const problem = nodeProblem(process.versions.node);
if (problem !== null) throw programError(problem);

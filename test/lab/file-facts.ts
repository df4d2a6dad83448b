import { run } from "../toolchain/command.ts";
import { type Fact, split } from "./facts.ts";

/** Where a host notes its own life: differences there say nothing about a product. Paths without the first slash. */
// biome-ignore format: a list of words
const restless = [
  "proc", "sys", "dev", "run", "tmp", "var/tmp", "var/log", "var/cache", "var/lib/apt", "var/lib/dpkg", "var/lib/tailscale",
  "var/lib/systemd/random-seed", "var/lib/systemd/timers", "var/lib/systemd/catalog", "etc/.updated", "var/.updated",
  "etc/.pwd.lock", "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-", "etc/subuid-", "etc/subgid-",
];

/** Type, mode, owner, size, digest and link target of every file below `root`, except restless ones. */
export async function fileFacts(root: string): Promise<Fact[]> {
  const [files, digests] = await Promise.all([listFiles(root), digestFiles(root)]);
  const digestOf = new Map(
    split(digests, "\0").map((line) => [line.slice(66 + "./".length), line.slice(0, 16)]),
  );
  return split(files, "\0").map((line) => {
    const [path = "", mode = "", size = "", target = ""] = line.split("\t");
    const digest = digestOf.get(path);
    const content = digest ? `${size} bytes sha256 ${digest}` : target && `-> ${target}`;
    return [`file /${path}`, `${mode} ${content}`.trim()];
  });
}

const pruned = restless.flatMap((path) => ["-path", `./${path}`, "-o"]).slice(0, -1);
const found = (expression: readonly string[]) => [
  "find",
  ".",
  "-xdev",
  "(",
  ...pruned,
  ")",
  "-prune",
  "-o",
  ...expression,
];

const listFiles = (root: string) => run(found(["-printf", "%P\\t%M %U:%G\\t%s\\t%l\\0"]), { cwd: root });

/** `<digest>  <path>`, ended by zero bytes, of every regular file. */
function digestFiles(root: string): Promise<string> {
  const digest = 'find "$@" | xargs -0 -n 500 sha256sum --zero';
  const [, ...expression] = found(["-type", "f", "-print0"]);
  return run(["sh", "-c", digest, "sh", ...expression], { cwd: root });
}

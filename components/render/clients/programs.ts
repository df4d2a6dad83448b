import { fill } from "../template.ts";
import { type End, type ProxyPort, proxied, type Resolver, type Tailnet } from "./ends.ts";
import type { ClientFile } from "./file.ts";

/** git, curl, and what reads proxies from its environment. */
export function programFiles(
  tailnets: readonly Tailnet[],
  ends: readonly End[],
  onePorts: readonly Resolver[],
): ClientFile[] {
  return [
    ...gitFiles(proxied(ends)),
    ...tailnets.flatMap(curlFiles),
    ...shellFiles(
      tailnets.filter(({ proxies }) => proxies.length > 0),
      onePorts,
    ),
  ];
}

/** Labels that a `*` of git stands for: one each, so that an address takes four. */
const LABELS = [1, 2, 3, 4];

function gitFiles(ends: readonly End[]): ClientFile[] {
  if (ends.length === 0) return [];
  return [
    {
      path: "git/config",
      what: "git over https and http; over ssh it follows ssh",
      where:
        "`~/.config/git/tailnets`, and `git config --global include.path '~/.config/git/tailnets'`. A site at another port than 443 or 80 needs a line of its own with that port",
      away: "delete that file, and `git config --global --unset include.path '/git/tailnets$'`",
      // of patterns that are equally long git takes the later one: the longest end last
      text: ends.toReversed().map(gitSections).join(""),
    },
  ];
}

function gitSections({ name, proxies: [proxy] }: End): string {
  const hosts = [name, ...LABELS.map((count) => `${"*.".repeat(count)}${name}`)];
  return hosts
    .flatMap((host) => [`https://${host}/`, `http://${host}/`])
    .map((url) => `[http "${url}"]\n\tproxy =${proxy === undefined ? "" : ` ${urlOf(proxy)}`}\n`)
    .join("");
}

function curlFiles({ name, proxies: [proxy] }: Tailnet): ClientFile[] {
  if (proxy === undefined) return [];
  const login = proxy.user === null ? "" : `proxy-user = "${proxy.user}"\n`;
  return [
    {
      path: `curl/${name}.curlrc`,
      what: `curl in tailnet ${name}${proxy.user === null ? "" : "; it asks for the password"}`,
      where: `anywhere: \`curl -K ${name}.curlrc http://10.0.0.50/\``,
      away: "delete it",
      text: `proxy = "socks5h://${proxy.address}:${proxy.port}"\n${login}`,
    },
  ];
}

function shellFiles(tailnets: readonly Tailnet[], onePorts: readonly Resolver[]): ClientFile[] {
  if (tailnets.length === 0) return [];
  const open = tailnets.flatMap(({ name, proxies }) => {
    const free = proxies.filter(({ user }) => user === null);
    const ports = free.map(({ address, port }) => `${address}:${port}`).join(" ");
    return free.length === 0 ? [] : [{ name, ports, http: free.every(({ speaksHttp }) => speaksHttp) }];
  });
  const closed = tailnets.map(({ name }) => name).filter((name) => !open.some((one) => one.name === name));
  const every = onePorts.map(({ address, port }) => `${address}:${port}`).join(" ");
  return [
    {
      path: "shell/tailnets.sh",
      what: `functions of bash and zsh: \`tailnet ${tailnets[0]?.name} COMMAND\` runs a command with the proxies of a tailnet in its environment`,
      where: "`~/.tailnets.sh`, and the line `. ~/.tailnets.sh` in `~/.bashrc` or `~/.zshrc`",
      away: "delete both",
      text: fill("clients/tailnets.sh", {
        open,
        closed,
        every,
        hasEvery: every !== "",
        names: namesOf(tailnets),
      }),
    },
  ];
}

function namesOf(tailnets: readonly Tailnet[]): string {
  return tailnets.map(({ name }) => name).join("|");
}

/** git asks for the password of a user. */
function urlOf({ address, port, speaksHttp, user }: ProxyPort): string {
  if (user === null) return `socks5h://${address}:${port}`;
  return `${speaksHttp ? "http" : "socks5h"}://${user}@${address}:${port}`;
}

import { type End, type ProxyPort, proxied } from "./ends.ts";
import type { ClientFile } from "./file.ts";

/** A program that takes a connection of ssh through a proxy. */
interface Through {
  /** `-x …`: the command by which ssh connects. */
  command(proxy: ProxyPort): string;
  /** A command that succeeds when something answers at the port. */
  answers(proxy: ProxyPort): string;
}

const NC: Through = {
  command: ({ address, port, user, speaksHttp }) => {
    const kind = user !== null && speaksHttp ? `-X connect -P ${user}` : "-X 5";
    return `nc ${kind} -x ${address}:${port} %h %p`;
  },
  answers: ({ address, port }) => `nc -z -w1 ${address} ${port}`,
};

const NCAT: Through = {
  command: ({ address, port, user, speaksHttp }) =>
    `ncat --proxy-type ${user !== null && speaksHttp ? "http" : "socks5"} --proxy ${address}:${port} %h %p`,
  answers: ({ address, port }) => `ncat -z -w1 ${address} ${port}`,
};

export function sshFiles(all: readonly End[]): ClientFile[] {
  const ends = proxied(all);
  if (ends.length === 0) return [];
  const where = "`~/.ssh/tailnets`, and `Include tailnets` as the first line of `~/.ssh/config`";
  const away = "delete both";
  return [
    {
      path: "ssh/config",
      what: "OpenSSH with `nc` of OpenBSD (macOS has it; Debian: `netcat-openbsd`), which asks for passwords",
      ...{ where, away },
      text: configOf(ends, NC),
    },
    {
      path: "ssh/config-ncat",
      what: "the same with `ncat` of nmap, which takes a login (`name:password`) from the environment variable `NCAT_PROXY_AUTH`",
      ...{ where, away },
      text: configOf(ends, NCAT),
    },
  ];
}

/** ssh takes the first block that fits. */
function configOf(ends: readonly End[], through: Through): string {
  return ends.map((end) => blocksOf(end, through).join("")).join("\n");
}

function blocksOf({ name, proxies }: End, through: Through): string[] {
  const blocks = proxies.map((proxy, index) => {
    // the last one without a question: ssh must not go past all of them
    const isLast = index === proxies.length - 1;
    const head = isLast
      ? `Host ${name} *.${name}`
      : `Match host ${name},*.${name} exec "${through.answers(proxy)}"`;
    return `${head}\n  ProxyCommand ${through.command(proxy)}\n`;
  });
  return blocks.length > 0 ? blocks : [`Host ${name} *.${name}\n  ProxyCommand none\n`];
}

import { quote } from "../../providers/engine/wire/script.ts";
import type { Hands, Machine } from "./machine.ts";
import { withoutNonces } from "./machine.ts";
import { HOME } from "./states.ts";

/** Runs a shell command on the host as root and returns what it printed. @throws when it fails */
export type RootShell = (command: string) => Promise<string>;

/** Of the file system, what a destroy may leave changed and what changes by itself is left out. */
const PICTURE = `
find /etc /usr/local /var/lib /opt -xdev \\( -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/lib/systemd -o -path /var/lib/tailscale -o -path '*/__pycache__' -o -path /etc/ld.so.cache \\) -prune \\
  -o -printf '%p %y %m %U:%G %l\\n' | sort
find /etc /usr/local /opt /var/lib/tsproxy* -xdev -type f ! -path /etc/ld.so.cache ! -name '*.manifest' -exec sha256sum {} + 2>/dev/null | sort
cat /var/lib/tsproxy/*.manifest 2>/dev/null
systemctl list-units --no-legend --plain --all --state=active,failed 'tsproxy*' 'coredns*' | awk '{ print $1, $3 }' | sort
dpkg-query -W -f '\${Package} \${db:Status-Status}\\n' | sed -n 's/ installed$//p' | sort
`;

/** What a root shell does to a host, for the contract on a real host. */
export function shellMachine(
  sh: RootShell,
  rest: Pick<Machine, "host" | "package" | "download" | "reboot" | "close">,
): Machine {
  return {
    ...rest,
    hands: handsOf(sh),
    picture: async () => withoutNonces(await sh(PICTURE)),
    startOf: (unit) => sh(`systemctl show -P InvocationID ${quote(unit)}`),
  };
}

function handsOf(sh: RootShell): Hands {
  const run = async (command: string) => void (await sh(command));
  return {
    write: (path, text, mode = "0644") =>
      run(
        `mkdir -p ${quote(path.slice(0, path.lastIndexOf("/")))} && printf %s ${quote(text)} >${quote(path)} && chmod ${mode} ${quote(path)}`,
      ),
    async read(path) {
      const answer = await sh(`if [ -f ${quote(path)} ]; then printf +; base64 -w 0 <${quote(path)}; fi`);
      return answer.startsWith("+") ? Buffer.from(answer.slice(1), "base64").toString("utf8") : null;
    },
    chown: (path, owner) => run(`chown ${owner} ${quote(path)}`),
    link: (path, target) => run(`rm -rf ${quote(path)} && ln -s ${quote(target)} ${quote(path)}`),
    makeDirectory: (path) => run(`rm -rf ${quote(path)} && mkdir ${quote(path)}`),
    remove: (path) => run(`rm -rf ${quote(path)}`),
    stop: (unit) => run(`systemctl stop ${quote(unit)}`),
    disable: (unit) => run(`systemctl disable ${quote(unit)}`),
    // SIGKILL is a failure; the wait is for systemd to have noticed
    kill: (unit) =>
      run(
        `systemctl kill -s KILL ${quote(unit)}; for i in $(seq 50); do systemctl -q is-failed ${quote(unit)} && exit; sleep 0.1; done; exit 1`,
      ),
    restart: (unit) => run(`systemctl restart ${quote(unit)}`),
    reload: (unit) => run(`systemctl reload ${quote(unit)}`),
    reloadSystemd: () => run("systemctl daemon-reload"),
    damageGround: (status) => run(`${HOME}/ground damage ${status}`),
    uninstall: (name) => run(`DEBIAN_FRONTEND=noninteractive apt-get -q -y purge ${quote(name)}`),
  };
}

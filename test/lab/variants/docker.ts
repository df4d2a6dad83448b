import type { Lab } from "../index.ts";
import { until } from "../waiting.ts";
import type { Variant } from "./index.ts";

/** Where the gateway publishes the container's web server, for its LAN and the internet. */
export const PUBLISHED = 8080;

/** Of the container's web server: one answer, whatever is asked. */
const ANSWER = `while read -r line && [ \${#line} -gt 1 ]; do :; done; printf 'HTTP/1.0 200 OK\\r\\n\\r\\ncontainer\\n'`;

/** No registry is in reach: its image is empty, and the programs in it are the host's own. */
const CONTAINER = `set -e
mkdir -p /srv/image && cd /srv/image
for name in bin sbin lib lib64; do ln -sfn usr/$name $name; done
tar -c . | docker import - empty >/dev/null
serve="docker run --detach --name web --restart=always --publish ${PUBLISHED}:80 --volume /usr:/usr:ro empty"
$serve /usr/bin/systemd-socket-activate --accept --inetd --listen=80 /bin/sh -c "$(cat)"`;

export const docker: Variant = {
  what: `the gateway runs Docker, and a container with a web server that is published at its port ${PUBLISHED}`,
  async apply(lab) {
    const install = "DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends";
    await lab.mustExec("gateway", `apt-get -q update && ${install} docker.io iptables`);
    await lab.mustExec("gateway", CONTAINER, { stdin: ANSWER });
    await until("the container to answer", () => published(lab), 30_000, "docker logs web");
  },
};

/** Whether the internet reaches the container. */
export async function published(lab: Lab): Promise<boolean> {
  const url = `http://${lab.hosts.gateway.address}:${PUBLISHED}/`;
  return (await lab.exec("client", ["curl", "-s", "-m", "3", url])).stdout === "container\n";
}

/** Whether the container reaches the internet. */
export async function reachesOut(lab: Lab): Promise<boolean> {
  const ask = 'exec 3<>/dev/tcp/$1/80 && printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3 && cat <&3';
  const [address = ""] = (await lab.mustExec("client", "getent hosts pub.internet")).split(" ");
  const command = ["docker", "exec", "web", "timeout", "3", "/bin/bash", "-c", ask, "bash", address];
  return (await lab.exec("gateway", command)).stdout.endsWith("\npub\n");
}

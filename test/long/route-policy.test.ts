import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { HostName } from "../lab/index.ts";
import { WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

const VIA = "fd7a:115c:a1e0:b1a:0:7";
const MACHINE = `${VIA}:a00:32`;

/** A device of another user, on a host that is in another tailnet by itself: it speaks SOCKS there. */
const DEVICE = `
systemd-run -q --unit=device tailscaled --tun=userspace-networking --statedir=/var/lib/device --socket=/run/device.sock --socks5-server=127.0.0.1:1055 --port=0 --no-logs-no-support
until [ -S /run/device.sock ]; do sleep 0.1; done
tailscale --socket=/run/device.sock up --timeout=30s --login-server=$1 --auth-key=$2 --accept-routes --accept-dns=false --hostname=device`;

/** Serves the LAN behind the office at one more port. */
const ANOTHER_PORT =
  "systemd-run -q --unit=another -p NetworkNamespacePath=/run/netns/lan busybox httpd -f -p 10.0.0.50:8080 -h /srv/lan";

/** Ann may open one port of one machine behind; all others may go on to what is their own. */
const POLICY = {
  grants: [
    { src: ["ann@"], dst: [`${MACHINE}/128`], ip: ["tcp:80"] },
    { src: ["lab@"], dst: ["lab@"], ip: ["*"] },
  ],
};

onLaboratory("the policy of the primary tailnet", "policy", (bench) => {
  jest.setTimeout(LONG_MS);
  const get = async (host: HostName, address: string, port: number, proxy = "") =>
    (
      await bench().lab.exec(host, `curl -s -m 3 ${proxy} 'http://[${address}]:${port}/' || echo closed`)
    ).stdout.trim();
  const annGets = (address: string, port: number) =>
    get("plant", address, port, "-x socks5h://127.0.0.1:1055");
  const clientGets = (address: string, port: number) => get("client", address, port);
  const comes = (what: string, ask: () => Promise<string>, answer: string) =>
    until(what, async () => (await ask()) === answer, 60_000, "npm run lab -- exec control");

  it("lets all users to all that is offered, where it says nothing", async () => {
    const { lab, open, configurations } = bench();
    const { home } = lab.controls;
    const route = { site: 7, networks: ["10.0.0.0/24"], loginServer: home.url, caCertificates: lab.ca };
    const secrets = { "home/work/route/authKey": await home.preauthKey() };
    const stack = await open(await configurations.of([WORK], { tailnet: { route }, secrets }));
    succeeded(await stack.up());
    const node = (await home.nodes()).find(({ name }) => name === "home-work");
    await home.approveRoutes(node?.id ?? "", node?.availableRoutes ?? []);
    await lab.mustExec("office", ANOTHER_PORT);
    await lab.mustExec("client", "tailscale set --accept-routes");
    const ann = await home.api<{ user: { id: string } }>("POST", "/user", { name: "ann" });
    const key = await home.preauthKey({ user: ann.user.id });
    await lab.mustExec("plant", ["sh", "-euc", DEVICE, "sh", home.url, key]);
    await comes("an answer for ann", () => annGets(MACHINE, 80), "office 10.0.0.50");
    await comes("an answer for the client", () => clientGets(MACHINE, 8080), "office 10.0.0.50");
    expect(await annGets(MACHINE, 8080)).toBe("office 10.0.0.50");
  });

  it("lets one user to one port of one machine, and no one else", async () => {
    await bench().lab.controls.home.setPolicy(JSON.stringify(POLICY));
    await comes("the client to be refused", () => clientGets(MACHINE, 80), "closed");
    expect(await annGets(MACHINE, 80)).toBe("office 10.0.0.50");
    expect(await annGets(MACHINE, 8080)).toBe("closed");
    expect(await annGets(`${VIA}:f040:1`, 80)).toBe("closed");
    expect(await clientGets(`${VIA}:f040:1`, 80)).toBe("closed");
  });
});

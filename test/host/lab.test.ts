import { compareSnapshots, type Lab, openLab } from "../lab/index.ts";

/** Laboratories need root on Linux; `test/run` says whether this machine is one. */
const onLab = process.env.TSPROXY_LAB === "unavailable" ? describe.skip : describe;

onLab("the laboratory", () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab("selftest");
  }, 120_000);
  afterAll(() => lab.down(), 60_000);

  it("has hosts that show their own key and let its key in", async () => {
    for (const host of Object.values(lab.hosts)) {
      const known = `${host.address} ${host.hostKey}\n`;
      await lab.mustExec("client", "cat > /tmp/known_hosts", { stdin: known });
      await lab.mustExec("client", "umask 077; cat > /tmp/key", { stdin: lab.privateKey });
      const ssh =
        "ssh -i /tmp/key -o BatchMode=yes -o UserKnownHostsFile=/tmp/known_hosts -o StrictHostKeyChecking=yes";
      expect(await lab.mustExec("client", `${ssh} admin@${host.address} sudo -n hostname`)).toBe(
        `${host.name}\n`,
      );
    }
  });

  it("counts connections and sessions of a host's sshd", async () => {
    const mark = await lab.mark("gateway");
    expect(await lab.connections("gateway", mark)).toEqual({ connections: 0, sessions: 0 });
    await lab.mustExec(
      "client",
      `ssh -i /tmp/key -o StrictHostKeyChecking=no root@${lab.hosts.gateway.address} true`,
    );
    expect(await lab.connections("gateway", mark)).toEqual({ connections: 1, sessions: 1 });
  });

  it.each(["client", "office", "plant"] as const)(
    "answers as %s on the LAN that every site uses",
    async (host) => {
      expect(await lab.mustExec(host, "curl --silent http://10.0.0.50/")).toBe(`${host} 10.0.0.50\n`);
    },
  );

  it("answers as gateway on the gateway's LAN", async () => {
    const ask = "exec 3<>/dev/tcp/10.0.0.50/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
    expect(await lab.mustExec("gateway", ["bash", "-c", ask])).toContain("gateway 10.0.0.50\n");
  });

  it("hands out the same addresses in every tailnet", () => {
    const { gateway, client, office, plant } = lab.hosts;
    const addresses = [gateway, client, office, plant].map((host) => host.tailnetAddress);
    expect(addresses).toEqual(["100.64.0.1", "100.64.0.2", "100.64.0.1", "100.64.0.1"]);
  });

  it.each(["home", "work", "lab"] as const)("lets tests administrate tailnet %s", async (tailnet) => {
    const control = lab.controls[tailnet];
    expect(await control.preauthKey()).toMatch(/^hskey-auth-/);
    const nodes = await control.nodes();
    expect(nodes.map((node) => node.name)).toEqual(
      { home: ["gateway", "client"], work: ["office"], lab: ["plant"] }[tailnet],
    );
    const routes = nodes.flatMap((node) => node.approvedRoutes);
    expect(routes).toEqual(tailnet === "home" ? [] : ["10.0.0.0/24", "fd00:1::/64"]);
  });

  it("has a gateway that is bare but for its own tailscale", async () => {
    const absent = "nft iptables danted curl coredns python3 nc socat wget";
    const look = `for name in ${absent}; do command -v $name; done`;
    expect(await lab.exec("gateway", look)).toMatchObject({ stdout: "" });
    expect((await lab.mustExec("gateway", "tailscale version")).split("\n")[0]).toBe("1.102.4");
  });

  it("has a mirror with packages and tarballs", async () => {
    await lab.mustExec("gateway", "apt-get update");
    const simulated = await lab.mustExec(
      "gateway",
      "apt-get --simulate install dante-server nftables libpam-pwdfile",
    );
    expect(simulated).toContain("Inst dante-server");
    for (const { url, sha256 } of Object.values(lab.tarballs)) {
      expect(await lab.mustExec("client", `curl --silent --fail ${url} | sha256sum`)).toContain(sha256);
    }
  });

  it("notes what is asked of the name server", async () => {
    const mark = await lab.mark("mirror");
    await lab.exec("client", "getent hosts nowhere.example");
    expect(await lab.dnsQuestions(mark)).toContain("nowhere.example");
  });

  it("loses at a reboot what only lived in the kernel", async () => {
    const before = await lab.snapshot("gateway");
    await lab.mustExec(
      "gateway",
      "ip address add 192.0.2.1/32 dev lo; echo 1 > /proc/sys/net/ipv4/ip_forward",
    );
    await lab.mustExec("gateway", "ip netns add leftover; echo kept > /root/kept");
    expect(compareSnapshots(before, await lab.snapshot("gateway"))).toEqual(
      expect.arrayContaining([
        "address 192.0.2.1/32 on lo: appeared",
        "network namespace leftover: appeared",
        "sysctl net.ipv4.ip_forward: 0 became 1",
      ]),
    );
    await lab.reboot("gateway");
    const difference = compareSnapshots(before, await lab.snapshot("gateway"));
    expect(difference).toEqual([expect.stringContaining("file /root/kept: appeared")]);
    await lab.mustExec("gateway", "rm /root/kept");
  }, 180_000);

  it("comes back from a power cut, a stop and a cut cable", async () => {
    const { address } = lab.hosts.gateway;
    const reach = `ping -c 1 -W 1 ${address}`;
    await lab.powerCycle("gateway");
    expect((await lab.exec("client", reach)).code).toBe(0);
    await lab.cut("gateway");
    expect((await lab.exec("client", reach)).code).toBe(1);
    await lab.restore("gateway");
    expect((await lab.exec("client", reach)).code).toBe(0);
    await lab.stop("gateway");
    expect(lab.leader("gateway")).toBeUndefined();
    await lab.start("gateway");
    expect((await lab.exec("client", reach)).code).toBe(0);
  }, 120_000);

  it("sees everything that is planted on a host, and nothing else", async () => {
    const before = await lab.snapshot("gateway");
    expect(compareSnapshots(before, await lab.snapshot("gateway"))).toEqual([]);
    await lab.mustExec("gateway", plant);
    const difference = compareSnapshots(before, await lab.snapshot("gateway"));
    expect(
      difference.filter((line) => !/^file \/etc\/(passwd|shadow|group|gshadow|sub.id)\b/.test(line)),
    ).toEqual(planted);
  }, 180_000);
});

const plant = `
echo hello > /etc/planted
ln -s /nowhere /etc/dangling
chmod 0700 /etc/hostname
useradd --no-create-home --uid 1234 guest
printf '[Service]\\nExecStart=/bin/sleep 1000\\n' > /etc/systemd/system/planted.service
systemctl daemon-reload
systemctl start planted
echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind
ip link add planted0 type veth peer name planted1
`;

const planted = [
  /^file \/etc\/dangling: appeared \(.* -> \/nowhere\)$/,
  /^file \/etc\/hostname: -rw-r--r-- .* became -rwx------ /,
  /^file \/etc\/planted: appeared \(-rw-r--r-- 0:0 6 bytes sha256 /,
  /^file \/etc\/systemd\/system\/planted.service: appeared/,
  /^group guest: appeared \(1234\)$/,
  /^link planted0: appeared \(veth mtu 1500 down\)$/,
  /^link planted1: appeared \(veth mtu 1500 down\)$/,
  /^sysctl net.ipv4.ip_nonlocal_bind: 0 became 1$/,
  /^unit file planted.service: appeared \(static\)$/,
  /^unit planted.service: appeared \(active running\)$/,
  /^user guest: appeared \(1234:1234 \/home\/guest \/bin\/sh\)$/,
].map((pattern) => expect.stringMatching(pattern));

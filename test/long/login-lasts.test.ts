import { untilHolding } from "../host/back.ts";
import type { Variation } from "../host/laboratory-config.ts";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import type { Control } from "../lab/control.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";

/** The release of the laboratory's mirror once more, as another version: $1 is the one, $2 the other. Prints its digest. */
const NEWER = `
mkdir -p /srv/mirror/newer/tailscale /srv/mirror/newer/coredns
cp /srv/mirror/coredns/*.tgz /srv/mirror/newer/coredns/
cd /srv/mirror/newer/tailscale
tar -xzf /srv/mirror/tailscale/tailscale_$1_amd64.tgz
mv tailscale_$1_amd64 tailscale_$2_amd64
tar -czf tailscale_$2_amd64.tgz tailscale_$2_amd64
sha256sum <tailscale_$2_amd64.tgz | cut -d ' ' -f 1`;

const VERSION = "1.102.99";

onLaboratory("a login whose key has expired and is gone", "lasts", (bench) => {
  let stack: Stack;
  jest.setTimeout(LONG_MS);
  /** Always with one and the same key. */
  const configured = (more: Variation = {}) => bench().configurations.of([WORK], more);
  const addresses = async () => (await stack.outputs()).nodeAddresses;
  const works = () => untilHolding(bench().lab, proofsOf(bench().lab, [WORK]));
  const programs = async () =>
    (
      await bench().lab.mustExec(
        "gateway",
        "readlink /proc/$(systemctl show -P MainPID tsproxy-work-tailscaled)/exe",
      )
    ).trim();

  it("lasts over a reboot", async () => {
    const { lab } = bench();
    stack = await bench().open(await configured());
    succeeded(await stack.up());
    const before = await addresses();
    await forgetKeys(lab.controls.work);
    await lab.reboot("gateway");
    await works();
    succeeded(await stack.refresh("--expect-no-changes"));
    expect(await addresses()).toEqual(before);
  });

  it("lasts over another version of Tailscale, and the changes after that", async () => {
    const { lab } = bench();
    const before = await addresses();
    const [, version = ""] = /_(\d+\.\d+\.\d+)_/.exec(lab.tarballs.tailscale.url) ?? [];
    const sha256 = (await lab.mustExec("mirror", ["sh", "-euc", NEWER, "sh", version, VERSION])).trim();
    const newer = {
      mirror: `${lab.mirrorUrl}/newer`,
      tailscale: { version: VERSION, sha256: { x86_64: sha256 } },
    };
    await stack.configure(await configured({ gateway: newer }));
    succeeded(await stack.up());
    expect(await programs()).toContain(`tailscale-${VERSION}/tailscaled`);
    await works();
    expect(succeeded(await stack.up("--refresh"))).not.toMatch(/[1-9]\d* (?:changed|updated|created)/);
    await stack.configure(await configured({ gateway: newer, tailnet: { acceptDns: false } }));
    succeeded(await stack.up());
    await works();
    expect(await addresses()).toEqual(before);
  });

  it("is one that the server would not give again", async () => {
    const { work } = bench().lab.controls;
    const { preAuthKeys } = await work.api<{ preAuthKeys: unknown[] }>("GET", "/preauthkey");
    expect(preAuthKeys).toEqual([]);
  });
});

/** Ends all keys, as their time does, and deletes them, as Tailscale's service does some days after. */
async function forgetKeys(control: Control): Promise<void> {
  const { preAuthKeys } = await control.api<{ preAuthKeys: { id: string }[] }>("GET", "/preauthkey");
  for (const { id } of preAuthKeys) {
    await control.api("POST", "/preauthkey/expire", { id });
    await control.api("DELETE", `/preauthkey?id=${id}`);
  }
}

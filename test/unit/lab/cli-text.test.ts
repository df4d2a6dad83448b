import { removalText, stackText } from "../../lab/cli-text.ts";
import type { Instance } from "../../lab/instance.ts";

const instance: Instance = { name: "try", slot: 3, suite: "bookworm" };

describe("what the laboratory's command prints", () => {
  it("is all that a stack on the gateway needs", () => {
    expect(stackText(instance, "100.64.0.1")).toMatchInlineSnapshot(`
"  for a stack on the gateway
    ssh.host        198.18.3.30
    primaryAddress  100.64.0.1
    privateKeyFile  /var/lib/tsproxy-lab/try/id_ed25519
    mirror          http://198.18.3.20
    sha256          of its programs, which are not the official ones: npx pulumi-tsproxy pin --mirror http://198.18.3.20
  tailnet work
    loginServer     https://control-work.internet (198.18.3.12)
    authKey         npm run -s lab -- --name try exec control headscale --config /etc/headscale/work/config.yaml preauthkeys create --user 1
  tailnet lab
    loginServer     https://control-lab.internet (198.18.3.13)
    authKey         npm run -s lab -- --name try exec control headscale --config /etc/headscale/lab/config.yaml preauthkeys create --user 1
  primary tailnet, for a route
    loginServer     https://control-home.internet (198.18.3.11)
    authKey         npm run -s lab -- --name try exec control headscale --config /etc/headscale/home/config.yaml preauthkeys create --user 1"
`);
    expect(stackText(instance, undefined)).toContain("primaryAddress  not in its tailnet yet");
  });

  it("is what was removed", () => {
    expect(removalText("try", instance, ["client", "gateway"])).toBe(
      "laboratory try is removed: its hosts (client, gateway), its network 198.18.3.0/24, and /var/lib/tsproxy-lab/try",
    );
    expect(removalText("try", instance, [])).toContain("is removed: no hosts,");
    expect(removalText("try", undefined, [])).toBe("there is no laboratory try: nothing to remove");
  });
});

import { relayed } from "../../../../../components/render/door/relay.ts";
import { hasAddress, type Link } from "../../../../../components/render/link/link.ts";
import { tailnetNames } from "../../../../../components/render/names.ts";
import { hostPlace } from "../../../../../components/render/place/host.ts";
import { netnsPlace } from "../../../../../components/render/place/netns.ts";
import type { Place } from "../../../../../components/render/place/place.ts";
import { dante } from "../../../../../components/render/server/dante.ts";
import { serve } from "../../../../../components/render/server/serve.ts";
import { desiredOf } from "../../../../../components/render/unit/part.ts";
import type { Desired } from "../../../../../providers/engine/kinds/desired.ts";
import { cases } from "../../cases.ts";

const names = tailnetNames("work");

/** A link that is not Tailscale's. */
const wireguard: Link = {
  interface: "wg0",
  units: ["tsproxy-work-wireguard.service"],
  isReady: hasAddress("wg0"),
  addressesAreKept: false,
  resolver: null,
};

/** A server with the link in that place, and a door that leads to it. */
function rendered(place: Place): Desired {
  const { socks: unit, relay, relaySocket: socket, socksDoor: firewall } = names.units;
  return desiredOf(
    serve(dante, {
      tailnet: "work",
      names,
      word: "socks",
      title: "SOCKS server",
      place,
      link: wireguard,
      sessions: 512,
      blocked: [],
      singBoxVersion: "1.14.1",
    }),
    relayed({
      tailnet: "work",
      word: "socks",
      units: { socket, relay, firewall },
      primaryInterface: "eth0",
      titles: { socket: "A port", relay: "A relay" },
      addresses: ["192.0.2.1"],
      port: 11080,
      sessions: 512,
      clients: ["192.0.2.0/24"],
      place,
      server: { unit, port: dante.port },
    }),
  );
}

function textsOf({ files }: Desired): string[] {
  return Object.values(files).map(({ content }) => String(content));
}

describe("a link", () => {
  const desired = rendered(netnsPlace(names));
  const server = String(desired.files["/etc/systemd/system/tsproxy-work-socks.service"]?.content);

  it("is all that a server knows of what carries its traffic", () => {
    expect(server).toContain("After=tsproxy_netns-work.service tsproxy-work-wireguard.service\n");
    expect(server).toContain("addr show dev wg0");
    expect(textsOf(desired).join()).toContain("external: wg0");
    expect(textsOf(desired).join()).not.toMatch(/tailscale|100\.100\.100\.100/);
  });
});

it("a link whose addresses no firewall keeps has its servers guarded, also those that bind to it", () => {
  const { files } = rendered(netnsPlace(names));
  expect(String(files["/etc/tsproxy/work/socks/guard.nft"]?.content)).toContain('oifname "wg0" accept');
});

describe("the host as a place", () => {
  const desired = rendered(hostPlace);

  it("is no namespace, and no unit waits for one there", () => {
    for (const text of textsOf(desired))
      expect(text).not.toMatch(/netns|NetworkNamespacePath|PartOf|BindsTo/);
  });

  it("keeps every process from the cloud provider's link-local addresses", () => {
    const services = textsOf(desired).filter((text) => text.includes("[Service]"));
    expect(services).toHaveLength(2);
    for (const text of services) expect(text).toContain("IPAddressDeny=link-local multicast");
  });
});

it("every process of a namespace stops with it, and starts with it or with what it stops with", () => {
  const texts = [cases["netns-tailnet"], cases["socks-bridge"]]
    .flatMap((desired) => (desired === undefined ? [] : textsOf(desired)))
    .filter((text) => text.includes("NetworkNamespacePath=/run/netns/tsp-work"));
  expect(texts).toHaveLength(5);
  for (const text of texts) {
    expect(text).toMatch(/^BindsTo=tsproxy_netns-work\.service/m);
    expect(text).toMatch(/^After=tsproxy_netns-work\.service/m);
    expect(text).toMatch(/^WantedBy=(?:tsproxy_netns-work|tsproxy-work-tailscaled)\.service$/m);
  }
});

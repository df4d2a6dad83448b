import type { Server, Setting } from "../../../../../components/render/server/server.ts";
import { renderSocksBridge, type SocksBridgeSpec } from "../../../../../components/render/socks-bridge.ts";
import { gateway } from "../../cases.ts";
import { withoutComments } from "./comments.ts";
import { renderTalker, withTalker } from "./talker.ts";

const spec: SocksBridgeSpec = {
  tailnet: "work",
  vethSubnet: "172.31.0.4/30",
  primaryAddress: "100.64.0.10",
  primaryInterface: "tailscale0",
  port: 11080,
  maxSessions: 512,
  clients: gateway.clients,
  singBoxVersion: "1.14.1",
};
const SERVER = "/etc/systemd/system/tsproxy-work-socks.service";
const talker = renderTalker(spec);
const dante = renderSocksBridge({ ...spec, server: "dante" });
const textOf = ({ files }: typeof talker, path: `/${string}`) => String(files[path]?.content);

describe("a second server", () => {
  it("brings its own files, packages and requirements, and none of the first one's", () => {
    expect(Object.keys(talker.files).filter((path) => path.startsWith("/etc/tsproxy/"))).toEqual([
      "/etc/tsproxy/work/socks/talker.conf",
      "/etc/tsproxy/work/socks/guard.nft",
      "/etc/tsproxy/work/socks/door.nft",
    ]);
    expect(talker.packages).toEqual({ talker: { keepOff: [] } });
    expect(talker.requirements.map(({ kind }) => kind)).toEqual([
      "package",
      "group-filter",
      "port",
      "let-in",
    ]);
  });

  it("is reached by the same port, at its own port inside", () => {
    const relay = "/etc/systemd/system/tsproxy-work-relay.service";
    const socket = "/etc/systemd/system/tsproxy-work-relay.socket";
    expect(textOf(talker, socket)).toBe(textOf(dante, socket));
    expect(textOf(dante, relay)).toContain(" 127.0.0.1:1080\n");
    expect(textOf(talker, relay)).toContain(" 127.0.0.1:3128\n");
  });

  it("is guarded before it starts, and goes on when its guard changes", () => {
    const text = textOf(talker, SERVER);
    const guarded = text.search(/^ExecStartPre=\+.*\/kernel up work:socks:guard$/m);
    expect(guarded).toBeGreaterThan(0);
    expect(guarded).toBeLessThan(text.indexOf("ExecStart=/usr/bin/talker"));
    expect(text).toMatch(/^ExecReload=\+.*\/kernel up work:socks:guard$/m);
    expect(text).toMatch(/^ExecStartPost=.*socks\/talker\.conf .* -- .*socks\/guard\.nft$/m);
    expect(talker.units["tsproxy-work-socks.service"]?.check).toEqual([
      "/etc/tsproxy/kernel",
      "check",
      "work:socks:guard",
    ]);
  });

  it("is told which networks are closed", () => {
    expect(textOf(talker, "/etc/tsproxy/work/socks/talker.conf")).toContain("127.0.0.0/8");
    expect(textOf(talker, "/etc/tsproxy/work/socks/talker.conf")).toContain("172.31.0.4/30");
  });
});

it("is told of its own veth network, and of no other", () => {
  const conf = textOf(dante, "/etc/tsproxy/work/socks/danted.conf");
  expect(conf).toContain("172.31.0.4/30");
  expect(conf).not.toContain("10.200.");
});

it("a server that keeps to the link by itself is not guarded", () => {
  expect(textOf(dante, SERVER)).not.toContain("guard");
  expect(textOf(dante, "/etc/tsproxy/work/socks/danted.conf")).toContain("external: tailscale0");
});

it("a server that is not registered is refused", () => {
  expect(() => renderSocksBridge({ ...spec, server: "constructor" })).toThrow(
    'no server is called "constructor"',
  );
});

describe("sing-box", () => {
  const singBox = renderSocksBridge(spec);
  const config = JSON.parse(withoutComments(textOf(singBox, "/etc/tsproxy/work/socks/sing-box.json")));

  it("is guarded, and bound to the link, since it speaks from any address", () => {
    expect(textOf(singBox, SERVER)).toContain("guard.nft");
    expect(config.outbounds).toEqual([expect.objectContaining({ bind_interface: "tailscale0" })]);
  });

  it("refuses datagrams, and the closed networks after it has resolved what a client named", () => {
    const [datagrams, resolve, closed] = config.route.rules;
    expect(datagrams).toEqual({ network: "udp", action: "reject" });
    expect(resolve).toEqual({ action: "resolve" });
    expect(closed).toMatchObject({ action: "reject" });
    expect(closed.ip_cidr).toEqual(
      expect.arrayContaining(["127.0.0.0/8", "::/127", "172.31.0.4/30", "::ffff:0:0/96"]),
    );
  });

  it("writes nothing of a refused login, of which it would show the password", () => {
    expect(config.log.level).toBe("fatal");
  });

  it("needs no package", () => {
    expect(singBox.packages).toEqual({});
    expect(singBox.requirements.map(({ kind }) => kind)).not.toContain("package");
  });
});

describe("every server of the product", () => {
  it.each(Object.entries(withTalker))(
    "%s is unprivileged, and a user of its own",
    (_name, server: Server) => {
      const setting: Setting = {
        tailnet: "work",
        config: "/etc/tsproxy/work/socks",
        sessions: 512,
        directory: "tsproxy-work_socks",
        blocked: [],
        users: ["ann"],
        singBoxVersion: "1.14.1",
        link: { interface: "tailscale0", units: [], isReady: "true", addressesAreKept: true, resolver: null },
      };
      const { commands, sandbox } = server.program(setting);
      expect(sandbox).toContainEqual(["DynamicUser", "yes"]);
      expect(sandbox).toContainEqual(["CapabilityBoundingSet", ""]);
      expect(commands.map(([key]) => key)).toContain("ExecStart");
      expect(commands.map(([key]) => key).filter((key) => !/^Exec(?:Start|Reload)$/.test(key))).toEqual([]);
    },
  );
});

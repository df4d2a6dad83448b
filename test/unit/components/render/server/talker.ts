import type { Server } from "../../../../../components/render/server/server.ts";
import { type Servers, servers } from "../../../../../components/render/server/servers.ts";
import { renderSocksBridge, type SocksBridgeSpec } from "../../../../../components/render/socks-bridge.ts";
import { SMALL } from "../../../../../components/render/unit/limits.ts";
import { UNPRIVILEGED } from "../../../../../components/render/unit/sandbox.ts";
import { command } from "../../../../../components/render/unit/text.ts";
import type { Desired } from "../../../../../providers/engine/kinds/desired.ts";

/** A second server, which sends from whatever address the kernel gives it. */
const talker: Server = {
  port: 3128,
  speaks: ["http"],
  bindsToLink: false,
  program: ({ tailnet, config, blocked }) => ({
    files: { "talker.conf": `# of ${tailnet}\n${blocked.join("\n")}\n` },
    commands: [["ExecStart", command("/usr/bin/talker", `${config}/talker.conf`)]],
    limits: SMALL,
    sandbox: UNPRIVILEGED,
    packages: { talker: { keepOff: [] } },
    requirements: [{ kind: "package", name: "talker", instead: "install it by hand" }],
  }),
};

/** The product's, and that one. */
export const withTalker: Servers = { ...servers, talker };

export function renderTalker(spec: Omit<SocksBridgeSpec, "server">): Desired {
  return renderSocksBridge({ ...spec, server: "talker" }, withTalker);
}

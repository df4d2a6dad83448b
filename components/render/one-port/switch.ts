import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { singBoxFile, singBoxLimits, singBoxStart } from "../server/sing-box-process.ts";
import { allReadable } from "../unit/files.ts";
import { limits } from "../unit/limits.ts";
import type { Part } from "../unit/part.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, type Section } from "../unit/text.ts";
import { apart, SWITCH_FILES, SWITCH_PORT, UNITS } from "./place.ts";

/** sing-box as a switch: it sends a connection to the tailnet whose names end as the name that was asked for. */
export function switchPart(singBoxVersion: string, sessions: number): Part {
  return {
    units: [
      {
        name: UNITS.switch,
        sections: [
          ["Unit", apart.unit({ description: "Chooses the tailnet by the name that a client asks for" })],
          service(singBoxVersion, sessions),
          apart.install,
        ],
        readAtStart: TEXTS,
      },
    ],
    files: allReadable(TEXTS),
  };
}

function service(singBoxVersion: string, sessions: number): Section {
  return [
    "Service",
    [
      ["Type", "exec"],
      ...apart.network,
      singBoxStart(singBoxVersion, ["-C", SWITCH_FILES]),
      // Only what listens can be reloaded: before that, the signal would end it.
      ["ExecStartPost", command("/bin/sh", "-c", LISTENING)],
      ["ExecReload", "/bin/kill -HUP $MAINPID"],
      ["Restart", "always"],
      ["RestartSec", "5"],
      ...limits(singBoxLimits(sessions)),
      ["TemporaryFileSystem", "/etc:ro"],
      ["BindReadOnlyPaths", SWITCH_FILES],
      ...UNPRIVILEGED,
    ],
  ];
}

const PORT_IN_HEX = SWITCH_PORT.toString(16).toUpperCase().padStart(4, "0");

const LISTENING = [
  `for i in $(seq 100); do grep -q " 0100007F:${PORT_IN_HEX} 00000000:0000 0A " /proc/self/net/tcp && exit 0; sleep 0.1; done`,
  'echo "it does not listen after 10 s" >&2',
  "exit 1",
].join("; ");

/**
 * sing-box puts the files of the directory together in the order of their names, and takes the first rule that fits. A
 * tailnet's file begins with a letter, so its rule stands between these: what no tailnet has, addresses above all, is
 * refused.
 */
const TEXTS: Readonly<Record<HostPath, string>> = {
  [`${SWITCH_FILES}/00-port.json`]: singBoxFile("The one port, by SOCKS5 and HTTP", {
    // One level below, it would write where clients go.
    log: { level: "fatal", timestamp: false },
    inbounds: [{ type: "mixed", tag: "in", listen: "127.0.0.1", listen_port: SWITCH_PORT }],
    route: { rules: [{ network: "udp", action: "reject" }] },
  }),
  [`${SWITCH_FILES}/~rest.json`]: singBoxFile("What no tailnet has is refused", {
    route: { rules: [{ action: "reject" }] },
  }),
};

import type { Desired } from "../../../providers/engine/kinds/desired.ts";
import type { LeaveSpec } from "../../../providers/engine/kinds/extension.ts";
import type { FileSpec } from "../../../providers/engine/kinds/file.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { tailscaleDirectory } from "../downloads.ts";
import type { TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { allReadable, executable, readable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { hasAddress, type Link } from "./link.ts";
import { type NodeSettings, nodeConfig } from "./node-config.ts";
import { loginScript, onlineUnit } from "./online-unit.ts";
import { TAILSCALE } from "./tailscale-network.ts";
import { tailscaledUnit } from "./tailscaled-unit.ts";

/** Key of the auth key among the secrets of the resource. */
export const AUTH_KEY = "authKey";

/** Key of the probe that asks this tailnet's node. */
export const TAILNET_PROBE = "tailnet";

export interface NodeSpec extends NodeSettings {
  /** Name of the tailnet on the host. */
  readonly name: string;
  readonly tailscaleVersion: string;
  /** PEM, trusted by this node beside the host's own certificates; `null`: none. */
  readonly caCertificates: string | null;
  /** Seconds. */
  readonly loginTimeout: number;
  /** The network of its place belongs to a user namespace of its own user. */
  readonly userNamespace: boolean;
  /** A browser logs the node in; there is no auth key. */
  readonly browserLogin: boolean;
}

/** The way into the tailnet from its place. */
export function tailscaleLink({ units }: TailnetNames): Link {
  return {
    interface: TAILSCALE.interface,
    units: [units.tailscaled, units.online],
    isReady: hasAddress(TAILSCALE.interface),
    addressesAreKept: true,
    resolver: TAILSCALE.resolver,
  };
}

/** A node of the tailnet that runs in `place`. */
export function tailscaleNode(spec: NodeSpec, names: TailnetNames, place: Place): Part {
  const programs = tailscaleDirectory(spec.tailscaleVersion);
  const config: HostPath = `${names.config}/node.json`;
  const script: HostPath = `${names.config}/login`;
  const node = nodeConfig(spec);
  const key = keyOf(spec, names);
  const certificates = certificatesOf(spec, names);
  const read = { readAtStart: certificates.texts, readOnReload: { [config]: node } };
  const at = { name: spec.name, names, place, programs };
  const online = { ...at, script, authKey: key.file, loginTimeout: spec.loginTimeout };
  return {
    units: [
      tailscaledUnit({
        ...at,
        ...read,
        loginServer: spec.loginServer,
        userNamespace: spec.userNamespace,
        config,
        certificates: certificates.directory,
      }),
      onlineUnit(online),
    ],
    files: {
      ...allReadable(certificates.texts),
      ...key.files,
      [config]: readable(node),
      [script]: executable(loginScript(online)),
    },
    probes: probes(names),
    leave: logout(names, { programs, config, server: spec.loginServer }),
  };
}

type Files = Record<HostPath, FileSpec>;

function keyOf(
  { browserLogin }: NodeSpec,
  { config }: TailnetNames,
): { readonly file: HostPath | null; readonly files: Files } {
  if (browserLogin) return { file: null, files: {} };
  const file: HostPath = `${config}/authkey`;
  return { file, files: { [file]: { mode: "0600", content: { secret: AUTH_KEY } } } };
}

function certificatesOf(
  { caCertificates }: NodeSpec,
  { config }: TailnetNames,
): { readonly directory: HostPath | null; readonly texts: ReadFiles } {
  if (caCertificates === null) return { directory: null, texts: {} };
  const directory: HostPath = `${config}/ca`;
  return { directory, texts: { [`${directory}/extra.pem`]: caCertificates } };
}

function probes({ socket, units }: TailnetNames): Desired["probes"] {
  return { [TAILNET_PROBE]: { kind: "tailnet", socket, unit: units.tailscaled, healthy: true } };
}

interface Node {
  readonly programs: HostPath;
  readonly config: HostPath;
  readonly server: string;
}

function logout({ socket, units }: TailnetNames, { programs, config, server }: Node): LeaveSpec {
  return {
    kind: "tailnet-logout",
    program: `${programs}/tailscale`,
    socket,
    config,
    from: server,
    unit: units.tailscaled,
    deadlineSeconds: 30,
  };
}

import type { Desired } from "../../../providers/engine/kinds/desired.ts";
import type { LeaveSpec } from "../../../providers/engine/kinds/extension.ts";
import type { FileSpec } from "../../../providers/engine/kinds/file.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { tailscaleDirectory } from "../downloads.ts";
import type { TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { allReadable, readable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { hasAddress, type Link } from "./link.ts";
import { type NodeSettings, nodeConfig } from "./node-config.ts";
import { onlineUnit } from "./online-unit.ts";
import { TAILSCALE } from "./tailscale-network.ts";
import { type Manner, ownInterface, tailscaledUnit } from "./tailscaled-unit.ts";

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

/** The tailnet's own node in its place. `userNamespace`: the network there belongs to a user namespace of its own user. */
export function ownNode(
  spec: NodeSpec & { readonly userNamespace: boolean },
  names: TailnetNames,
  place: Place,
): Part {
  return tailscaleNode(spec, names, place, ownInterface(spec.name, spec.userNamespace, names));
}

/**
 * A node that runs in `place`.
 *
 * @param reads what its unit reads beside the node's configuration, on reload too
 */
export function tailscaleNode(
  spec: NodeSpec,
  names: TailnetNames,
  place: Place,
  manner: Manner,
  reads: ReadFiles = {},
): Part {
  const programs = tailscaleDirectory(spec.tailscaleVersion);
  const config: HostPath = `${names.config}/node.json`;
  const node = nodeConfig(spec);
  const key = keyOf(spec, names);
  const certificates = certificatesOf(spec, names);
  const read = { readAtStart: certificates.texts, readOnReload: { [config]: node, ...reads } };
  const at = { name: spec.name, names, place, programs };
  const { loginServer, loginTimeout } = spec;
  return {
    units: [
      tailscaledUnit({
        ...at,
        ...read,
        loginServer,
        manner,
        config,
        certificates: certificates.directory,
      }),
      onlineUnit({ ...at, authKey: key.file, loginServer, loginTimeout, lines: manner.whenOnline }),
    ],
    files: {
      ...allReadable(certificates.texts),
      ...key.files,
      [config]: readable(node),
    },
    probes: probes(names),
    requirements: manner.requirements,
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

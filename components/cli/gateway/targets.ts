import { z } from "zod";
import type { HostError } from "../../../providers/engine/errors.ts";
import { isHostKey } from "../../../providers/host-key.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { inHome, textOf } from "../../../providers/ssh/keys/files.ts";
import { GATEWAYS } from "../../configuration/tree.ts";
import { ToolError } from "../error.ts";
import { knownKey } from "./known-hosts.ts";
import { gatewaysOf } from "./stack-file.ts";

/** By what a user says which gateways are meant, and how to log in there. */
export interface Wanted {
  /** Of the project in the working folder. */
  readonly stack?: string;
  /** Key in its configuration; without one, all gateways of the stack. */
  readonly gateway?: string;
  /** `user@address[:port]`: no configuration is read. */
  readonly host?: string;
  /** Path of a private key, or of the public half of one that the agent holds. */
  readonly identity?: string;
  /** `ssh-ed25519 AAAA…`; goes before what is configured or known. */
  readonly hostKey?: string;
}

/** A gateway, and how to log in there. */
export interface Target {
  /** Its key in the configuration, or its address. */
  readonly name: string;
  readonly connection: SshConnection;
  /** Whether its SSH key may be a secret of the configuration, which is not read. */
  readonly mayHaveSecretKey: boolean;
}

/**
 * @param folder in which the project is looked for
 * @throws ToolError when nothing is found, or what is written cannot be meant; ArgumentsError with all that is wrong with
 * the configuration
 */
export function targetsFor(wanted: Wanted, folder = process.cwd()): Target[] {
  if (wanted.hostKey !== undefined && !isHostKey(wanted.hostKey))
    throw new ToolError(
      `--host-key ${wanted.hostKey}: is not a public host key such as "ssh-ed25519 AAAA…"`,
      2,
    );
  const found = wanted.host === undefined ? configured(wanted, folder) : [addressed(wanted.host)];
  return found.map((target) => ({ ...target, connection: loginTo(target.connection, wanted) }));
}

/** @throws ToolError unless exactly one is meant */
export function targetFor(wanted: Wanted, folder = process.cwd()): Target {
  const [target, ...others] = targetsFor(wanted, folder);
  if (target === undefined) throw new ToolError(`${GATEWAYS} has no gateway`);
  if (others.length === 0) return target;
  const names = [target, ...others].map(({ name }) => name).join(", ");
  throw new ToolError(`there are several gateways (${names}): choose one with --gateway NAME`, 2);
}

const ADDRESS =
  /^(?:(?<user>[A-Za-z_][A-Za-z0-9_.-]*)@)?(?:\[(?<six>[0-9A-Fa-f:.]+)\]|(?<host>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/;

function addressed(text: string): Target {
  const { user = "root", six, host = six, port = "22" } = ADDRESS.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) < 1 || Number(port) > 65535)
    throw new ToolError(
      `--host ${text}: is not user@address[:port], with brackets around an IPv6 address: root@[fd7a::1]:22`,
      2,
    );
  const connection = { host, port: Number(port), user, hostKey: "" };
  return { name: host, connection, mayHaveSecretKey: false };
}

const hop = z.object({
  host: z.string(),
  port: z.number(),
  user: z.string(),
  hostKey: z.string(),
  privateKeyFile: z.string().optional(),
  agent: z.boolean(),
  loginTimeout: z.number().optional(),
});

/** What is no secret of a connection. */
const ssh = hop.extend({ jump: hop.optional() });

function configured({ stack, gateway }: Wanted, folder: string): Target[] {
  const { path, plans } = gatewaysOf(stack, folder);
  const chosen = plans.filter(({ name }) => gateway === undefined || name === gateway);
  if (chosen.length === 0 && gateway !== undefined) {
    const names = plans.map(({ name }) => name).join(", ");
    throw new ToolError(`--gateway ${gateway}: is not in ${path}, which has ${names || "none"}`, 2);
  }
  return chosen.map(({ name, settings }) => {
    const { jump, ...own } = ssh.parse(settings.ssh);
    const connection = { ...plain(own), ...(jump && { jump: plain(jump) }) };
    return { name, connection, mayHaveSecretKey: own.privateKeyFile === undefined && !own.agent };
  });
}

function plain({ privateKeyFile, loginTimeout, ...rest }: z.output<typeof hop>): SshConnection {
  return {
    ...rest,
    ...(privateKeyFile !== undefined && { privateKeyFile }),
    ...(loginTimeout !== undefined && { loginTimeout }),
  };
}

function loginTo(connection: SshConnection, { identity, hostKey }: Wanted): SshConnection {
  const known = withKnownKey(connection);
  return {
    ...known,
    ...(known.jump && { jump: withKnownKey(known.jump) }),
    ...(hostKey !== undefined && { hostKey }),
    ...(identity !== undefined && { privateKeyFile: identity, agent: false }),
  };
}

const KNOWN_HOSTS = inHome("known_hosts");

function withKnownKey(connection: SshConnection): SshConnection {
  if (connection.hostKey !== "") return connection;
  return { ...connection, hostKey: knownKey(knownHosts(), connection.host, connection.port) };
}

/** Nothing where the user has no such file. */
function knownHosts(): string {
  const text = textOf(KNOWN_HOSTS);
  if (typeof text === "string") return text;
  if (text.code === "ENOENT") return "";
  throw new ToolError(`${KNOWN_HOSTS} cannot be read (${text.code}); give the key of the host as --host-key`);
}

/** Why a gateway does not do what a command asks of it, with what there is to do in the words of the command line. */
export function reasonOf(error: HostError, target: Target): string {
  return [error.message, ...hintsHere(error, target).map((hint) => `  hint: ${hint}`)].join("\n");
}

/** What there is to do about it, a sentence each. */
export function hintsOf(error: HostError, target: Target): string[] {
  const { hint } = error.facts;
  return [...(hint === undefined ? [] : [hint]), ...hintsHere(error, target)];
}

/** Of the command line alone. */
function hintsHere({ code }: HostError, { connection, mayHaveSecretKey }: Target): string[] {
  if (code === "host-key" && connection.hostKey === "")
    return ["if it is the same, give the line as --host-key 'ssh-ed25519 AAAA…', or log in once by ssh"];
  if (mayHaveSecretKey && (code === "credentials" || code === "authentication"))
    return [
      "if the SSH key of this gateway is a secret of the configuration: those are not read here; give the file of the key with --identity, or have an agent hold it (ssh-add)",
    ];
  return [];
}

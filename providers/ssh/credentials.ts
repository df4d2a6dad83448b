import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { AgentAuthMethod, PublicKeyAuthMethod } from "ssh2";
import { HostError } from "../engine/errors.ts";
import type { SshConnection } from "./connection.ts";

/**
 * Names the private key to use instead of what the state holds: a path, or `agent`. With it, keys can
 * be rotated and lost without stranding a refresh or a destroy.
 */
export const KEY_VARIABLE = "TSPROXY_SSH_KEY_FILE";

export type Method = PublicKeyAuthMethod | AgentAuthMethod;

/** Below `~/.ssh`; the first that is there is used when nothing is given. */
const DEFAULT_KEYS = ["id_ed25519", "id_ecdsa", "id_rsa"];

/** More would lock the address out where sshd has PerSourcePenalties. */
const ATTEMPTS_MAX = 2;

/** Ways to log in, in the order in which they are tried: at most two. */
export function methodsFor(
  connection: SshConnection,
  environment: NodeJS.ProcessEnv = process.env,
): Method[] {
  const override = environment[KEY_VARIABLE] ?? "";
  const first =
    override === ""
      ? []
      : override === "agent"
        ? agent(connection, environment)
        : [key(connection, override)];
  // with an override, the key that the state names may be the one that was lost
  const methods = [...first, ...own(connection, environment, first.length > 0)];
  if (methods.length > 0) return methods.slice(0, ATTEMPTS_MAX);
  throw new HostError("authentication", {
    host: connection.host,
    doing: "log in",
    because: "there is nothing to log in with",
    evidence: missing(connection, environment),
    hint: `give ssh.privateKey or ssh.privateKeyFile, start an agent (SSH_AUTH_SOCK), or set ${KEY_VARIABLE}`,
  });
}

/** What was looked for and not found, in the order of looking. A key that is named is there, or an error of its own. */
function missing(connection: SshConnection, environment: NodeJS.ProcessEnv): string[] {
  const override = environment[KEY_VARIABLE] === "agent" ? 'is "agent"' : "is not set";
  const lines = [`${KEY_VARIABLE} ${override}`, "SSH_AUTH_SOCK is not set"];
  if (connection.agent === true) return [...lines, "ssh.agent is true: no key file was looked for"];
  return [...lines, ...DEFAULT_KEYS.map((name) => `~/.ssh/${name} is not there`)];
}

function own(connection: SshConnection, environment: NodeJS.ProcessEnv, mayBeLost: boolean): Method[] {
  const { user, privateKey, passphrase, privateKeyFile } = connection;
  if (privateKey !== undefined) {
    return [
      {
        type: "publickey",
        username: user,
        key: privateKey,
        ...(passphrase === undefined ? {} : { passphrase }),
      },
    ];
  }
  if (privateKeyFile !== undefined) {
    return mayBeLost && !existsSync(expand(privateKeyFile)) ? [] : [key(connection, privateKeyFile)];
  }
  if (connection.agent === true) return agent(connection, environment);
  const files = DEFAULT_KEYS.map((name) => join(homedir(), ".ssh", name));
  return [
    ...agent(connection, environment),
    ...files
      .filter(existsSync)
      .slice(0, 1)
      .map((path) => key(connection, path)),
  ];
}

function agent({ user }: SshConnection, environment: NodeJS.ProcessEnv): Method[] {
  const socket = environment.SSH_AUTH_SOCK;
  return socket === undefined || socket === "" ? [] : [{ type: "agent", username: user, agent: socket }];
}

function key({ host, user, passphrase }: SshConnection, file: string): Method {
  const path = expand(file);
  try {
    const text = readFileSync(path, "utf8");
    return {
      type: "publickey",
      username: user,
      key: text,
      ...(passphrase === undefined ? {} : { passphrase }),
    };
  } catch (error) {
    throw new HostError(
      "authentication",
      {
        host,
        doing: "log in",
        // who gives the key itself for its path must not find it in an error
        because: /[\0\n]/.test(path)
          ? "ssh.privateKeyFile is not a path"
          : `the private key ${path} cannot be read (${codeOf(error)})`,
        hint: `correct ssh.privateKeyFile or ${KEY_VARIABLE}`,
      },
      { cause: error },
    );
  }
}

function expand(file: string): string {
  return file.startsWith("~/") ? join(homedir(), file.slice(2)) : file;
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unreadable";
}

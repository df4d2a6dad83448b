import { HostError, printable } from "../engine/errors.ts";
import type { Attempt } from "./client/login.ts";
import type { SshConnection } from "./connection.ts";
import { KEY_VARIABLE } from "./keys/credentials.ts";
import type { Found } from "./keys/found.ts";

/** What is known of a login that has failed. */
export interface FailedLogin {
  readonly connection: SshConnection;
  /** The user's name for `connection`. */
  readonly at: string;
  readonly keys: Found;
  readonly attempt: Attempt;
  readonly limitMs: number;
  readonly cause: unknown;
}

interface Reason {
  readonly code: "authentication" | "credentials";
  readonly because: string;
  readonly hint: string;
}

/**
 * The host has taken nothing of what it was offered.
 *
 * @param isCountTooHigh it did not look at all of it
 */
export function refusal(failed: FailedLogin, isCountTooHigh: boolean): HostError {
  const { connection, attempt, keys, cause } = failed;
  const { host, user } = connection;
  const isKeyless = keys.offers.every(({ method }) => method.type === "none");
  const offered = attempt.offered.map(({ name, fingerprint }) => `offered: ${name} (${fingerprint})`);
  const { code, because, hint } = isKeyless
    ? noKey(failed)
    : (notSigned(failed) ?? notTaken(failed, isCountTooHigh));
  const evidence = isKeyless
    ? [...keys.absent, ...keys.notes]
    : [...offered, ...attempt.unsigned, ...keys.notes];
  return new HostError(code, { host, doing: `log in as ${user}`, because, evidence, hint }, { cause });
}

/** There was nothing to offer but to come without a key. */
function noKey({ at }: FailedLogin): Reason {
  return {
    code: "credentials",
    because: "there is nothing to log in with",
    hint: `give ${at}.privateKey or ${at}.privateKeyFile, start an agent (SSH_AUTH_SOCK), or set ${KEY_VARIABLE}`,
  };
}

function notSigned({ attempt: { unsigned, offered } }: FailedLogin): Reason | null {
  if (unsigned.length < offered.length) return null;
  const hint = "unlock it (ssh-add -X), or confirm in its window";
  return { code: "credentials", because: "the agent did not sign", hint };
}

function notTaken({ connection: { user }, at, attempt }: FailedLogin, isCountTooHigh: boolean): Reason {
  const { offered, accepts, isPartial } = attempt;
  const say = (because: string, hint: string): Reason => ({ code: "authentication", because, hint });
  const others = printable(accepts.join(", "));
  if (isPartial)
    return say(
      `the host takes the key and wants more (${others})`,
      `let ${user} in with a key alone: AuthenticationMethods publickey in the host's sshd_config`,
    );
  if (isCountTooHigh)
    return say(
      "the host takes fewer keys than it was offered",
      `name the right one by ${at}.privateKeyFile (for a key of the agent its .pub will do), or raise MaxAuthTries in the host's sshd_config`,
    );
  if (accepts.length > 0 && !accepts.includes("publickey"))
    return say(
      `the host takes no keys (it takes ${others})`,
      "set PubkeyAuthentication yes in the host's sshd_config",
    );
  return say(
    offered.length > 1 ? "the host refused the keys" : "the host refused the key",
    `put the public key into ~${user}/.ssh/authorized_keys on the host, or correct ${at}.user, ${at}.privateKey, ${at}.privateKeyFile`,
  );
}

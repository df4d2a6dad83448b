import { isIPv6 } from "node:net";
import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { isHostKey } from "../../providers/host-key.ts";
import { secretInput, textInput, wholeInput } from "./values/later.ts";
import { group, yesOrNo } from "./values/plain.ts";

/**
 * How a host is reached. Without `privateKey`, `privateKeyFile` and `agent`: the first of `~/.ssh/id_ed25519`,
 * `id_ecdsa` and `id_rsa` that needs no passphrase, then the keys of the agent of `SSH_AUTH_SOCK`. `~/.ssh/config` is
 * not read.
 */
export interface JumpArgs {
  /** Name or address; no name of `~/.ssh/config`. */
  readonly host: Input<string>;
  /** 1 to 65535. @default 22 */
  readonly port?: Input<number>;
  /** @default "root" */
  readonly user?: Input<string>;
  /**
   * The host's public key, as in /etc/ssh/ssh_host_ed25519_key.pub: `ssh-ed25519 AAAA…`. It is always
   * compared; there is no way to connect without it. With an empty one a preview works, and the first
   * connection stops and shows the line to paste here.
   */
  readonly hostKey: Input<string>;
  /** OpenSSH private key, the text of the file; nothing of a security key (FIDO). Kept secret. */
  readonly privateKey?: Input<string>;
  /**
   * Path of a private key on the machine that runs Pulumi. Of a key that the agent holds, the path of its public half
   * will do.
   */
  readonly privateKeyFile?: Input<string>;
  /** Of the private key. Kept secret. */
  readonly passphrase?: Input<string>;
  /** True: the agent of `SSH_AUTH_SOCK` and nothing else. @default false */
  readonly agent?: boolean;
  /** Seconds for each of connecting, logging in and opening a shell: 1 to 600. @default 10 */
  readonly loginTimeout?: Input<number>;
}

export interface SshArgs extends JumpArgs {
  /** A host to connect through. */
  readonly jump?: JumpArgs;
}

const hopShape = {
  host: textInput("a host name or address", isHost, hostAdvice),
  port: wholeInput("a port", 1, 65535).default(22),
  user: textInput("a user name", (value) => /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(value)).default("root"),
  hostKey: textInput(
    'a public host key, for example "ssh-ed25519 AAAA…" (/etc/ssh/ssh_host_ed25519_key.pub); with "" the first connection stops and shows it',
    (value) => value === "" || isHostKey(value),
  ),
  privateKey: secretInput("the text of an OpenSSH private key", (value) =>
    value.includes("PRIVATE KEY-----"),
  ).optional(),
  // a user who gives the key itself here must not find it in an error
  privateKeyFile: secretInput("the path of a private key", isPath).optional(),
  passphrase: secretInput("a passphrase", (value) => value !== "").optional(),
  agent: yesOrNo.default(false),
  // without a default here: a value in every state would be a change for every user
  loginTimeout: wholeInput("a number of seconds", 1, 600).optional(),
};

const hopSchema = group(hopShape);

/** @internal */
export const sshSchema = group({ ...hopShape, jump: hopSchema.optional() });

/** @internal A way to log in to one host, defaults filled in. */
export type HopSettings = z.output<typeof hopSchema>;

/** @internal The same with the host to connect through. */
export type SshSettings = z.output<typeof sshSchema>;

/** @internal All that is no secret. */
export function withoutKeys({ jump, ...ssh }: SshSettings) {
  return { ...hopWithoutKeys(ssh), ...(jump && { jump: hopWithoutKeys(jump) }) };
}

function hopWithoutKeys({ privateKey, passphrase, ...open }: HopSettings) {
  return open;
}

function isHost(value: string): boolean {
  return value.includes(":") ? isIPv6(value) : /^[A-Za-z0-9._-]+$/.test(value);
}

/** What belongs into other arguments: `root@gateway.lan:2222`, `[fd7a::1]:22`, `ssh://gateway.lan`. */
function hostAdvice(value: string): string {
  const [, user, name = "", port] = /^(?:ssh:\/\/)?(?:([^@/]+)@)?([^@/]+?)(?::(\d+))?\/?$/.exec(value) ?? [];
  const host = name.replace(/^\[(.*)\]$/, "$1");
  if (!isHost(host)) return "";
  const others = [
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(user === undefined ? [] : [`user "${user}"`]),
  ];
  return `; write ${[`host "${host}"`, ...others].join(", ")}`;
}

function isPath(value: string): boolean {
  return value !== "" && !/[\0\n]|PRIVATE KEY/.test(value);
}

import type { Connection } from "../engine/state/outputs.ts";

/**
 * How a host is reached. The host key is always checked; there is no way to switch that off.
 *
 * Without `privateKey`, `privateKeyFile` and `agent`: the first of `~/.ssh/id_ed25519`, `id_ecdsa` and `id_rsa` that
 * needs no passphrase, then the keys of the agent of `SSH_AUTH_SOCK`.
 */
export interface SshConnection extends Connection {
  /** Name or address. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
  /** `root`, or a user who may `sudo -n`. */
  readonly user: string;
  /** Type and key as in a `.pub` or `known_hosts` line: `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
  /** OpenSSH private key (PEM text that begins with `-----BEGIN OPENSSH PRIVATE KEY-----`). A secret. */
  readonly privateKey?: string;
  /** Of `privateKey` or `privateKeyFile`. A secret. */
  readonly passphrase?: string;
  /** Path on the machine that runs Pulumi; of a key that the agent holds its `.pub` will do. */
  readonly privateKeyFile?: string;
  /** True: the agent of `SSH_AUTH_SOCK` and nothing else. */
  readonly agent?: boolean;
  /** Seconds for each of connecting, logging in and opening a shell. @default 10 */
  readonly loginTimeout?: number;
  /** A host that is connected to first; it needs no root. */
  readonly jump?: SshConnection;
}

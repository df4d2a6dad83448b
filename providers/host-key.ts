/** A host key as it stands in a line of text. */
export interface HostKeyText {
  /** One that a connection can ask a host for: `ssh-ed25519`, `ssh-rsa` or `ecdsa-sha2-nistp…`. */
  readonly type: string;
  /** The bytes of the key, in base64. */
  readonly base64: string;
}

const KEY =
  /(?:^|\s)(?<type>ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(?:256|384|521))\s+(?<base64>[A-Za-z0-9+/]{40,}={0,2})(?=\s|$)/;

/**
 * The public host key in `line`, which may begin with the name of the host and end with a comment, as in
 * known_hosts and /etc/ssh/ssh_host_ed25519_key.pub; null without one.
 */
export function hostKeyIn(line: string): HostKeyText | null {
  const { type, base64 } = KEY.exec(line)?.groups ?? {};
  return type === undefined || base64 === undefined ? null : { type, base64 };
}

/** Whether `line` has a public host key. That its bytes are a key of that type is seen by decoding them only. */
export function isHostKey(line: string): boolean {
  return hostKeyIn(line) !== null;
}

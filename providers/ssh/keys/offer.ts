import ssh2, { type AnyAuthMethod, type ParsedKey } from "ssh2";
import { fingerprintOf } from "../host-key.ts";
import { type AgentKey, OneKeyAgent } from "./agent.ts";
import { inWords, type KeyKind, keyKind, publicKind, tidy } from "./key-kind.ts";

/** A way to log in that a host is offered. */
export interface Offer {
  /** `~/.ssh/id_ed25519`, `ssh.privateKey`, `me@laptop of the agent`. */
  readonly name: string;
  /** As `ssh-keygen -l` and sshd's log write it; empty where there is no key. */
  readonly fingerprint: string;
  readonly method: AnyAuthMethod;
}

/** A key as it was given, and what is called by its name. */
export interface GivenKey {
  readonly name: string;
  readonly text: string;
  readonly passphrase?: string | undefined;
}

/** A key that cannot be offered; an agent may hold the same. */
export interface Unusable extends KeyKind {
  readonly name: string;
}

/** Takes no key: hosts that know by the network who calls, as Tailscale SSH does, let in without one. */
export function withoutKey(username: string): Offer {
  return { name: "no key", fingerprint: "", method: { type: "none", username } };
}

/** Reads a key before a host is called, since ssh2 would leave out without a word what it cannot read. */
export function keyOffer({ name, text, passphrase }: GivenKey, username: string): Offer | Unusable {
  const key = ssh2.utils.parseKey(tidy(text), passphrase);
  if (!(key instanceof Error) && key.isPrivateKey() && key.type !== "ssh-dss")
    return offerOf(name, key, { type: "publickey", username, key });
  const kind = keyKind(text);
  if (kind.sort === "encrypted" && passphrase !== undefined)
    return { name, ...inWords("locked", kind.publicKey) };
  return { name, ...(kind.sort === "private" ? inWords("unknown", kind.publicKey) : kind) };
}

/** @param socket of the agent that holds it */
export function agentOffer(
  { publicKey, comment }: AgentKey,
  socket: string,
  username: string,
): Offer | Unusable {
  const name = comment === "" ? "a key of the agent" : `${comment} of the agent`;
  const key = ssh2.utils.parseKey(publicKey);
  if (key instanceof Error || key.type === "ssh-dss") return { name, ...publicKind(publicKey) };
  return offerOf(name, key, { type: "agent", username, agent: new OneKeyAgent(socket, key) });
}

function offerOf(name: string, key: ParsedKey, method: AnyAuthMethod): Offer {
  return { name, fingerprint: fingerprintOf(key.getPublicSSH()), method };
}

export function isOffer(found: Offer | Unusable): found is Offer {
  return "method" in found;
}

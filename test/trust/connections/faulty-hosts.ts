import type { HostErrorCode } from "../../../providers/engine/errors.ts";
import type { SshConnection } from "../../../providers/ssh/connection.ts";
import { deaf, farAway, occupy, rambling } from "../../lab/sockets.ts";
import type { SshServer, SshServerOptions } from "../../lab/ssh-server.ts";

/** How a host, or the way to it, is when it is to be set up. */
export interface Situation {
  readonly name: string;
  readonly server?: Omit<SshServerOptions, "authorized">;
  /** `null`: there is no jump host, and cannot be one. @default one or none, by chance */
  readonly jump?: Omit<SshServerOptions, "authorized"> | null;
  /** @default by chance */
  readonly user?: "root" | "admin";
  /** What is given that is not right, or who stands in between; `stop` is called afterwards. */
  readonly arrange?: (scene: Scene) => Promise<Arranged> | Arranged;
  readonly comes: "to work" | Refusal;
}

export interface Scene {
  readonly server: SshServer;
  readonly jump: SshServer | null;
  /** Private keys: of one that no host knows, and of a host. */
  readonly strangersKey: string;
  readonly strangersHostKey: string;
}

interface Arranged {
  readonly connection?: Partial<SshConnection>;
  readonly jump?: Partial<SshConnection>;
  readonly stop?: () => void;
}

export interface Refusal {
  readonly code: HostErrorCode;
  /** Stands in the error. */
  readonly says: RegExp;
  /** The host is never asked for a login. @default false */
  readonly beforeLogin?: true;
  /** TCP connections to the host: more than one only if it turns callers away unheard. @default 1 */
  readonly callersMax?: number;
  /** How often one key is tried. @default 1 */
  readonly refusedMax?: number;
}

const untrusted = (says: RegExp): Refusal => ({ code: "host-key", says, beforeLogin: true });
const noLogin = (says: RegExp): Refusal => ({ code: "authentication", says });
const handshake = (says: RegExp, callersMax = 1): Refusal => ({
  code: "handshake",
  says,
  beforeLogin: true,
  callersMax,
});

const wrongHostKey = ({ strangersHostKey }: Scene): Arranged => ({
  connection: { hostKey: strangersHostKey },
});
const FULL = ["MaxStartups 1:100:1"];

export const HOST_KEYS: readonly Situation[] = [
  {
    name: "no host key is given",
    arrange: () => ({ connection: { hostKey: "" } }),
    comes: untrusted(/no host key was given .*\n.*the host shows: {2}ssh-ed25519 \S{60,}\n/),
  },
  {
    name: "the host key is another one",
    arrange: wrongHostKey,
    comes: untrusted(/it is not the key that was given \(SHA256:/),
  },
  {
    name: "the host has an RSA key only",
    server: { hostKeys: ["rsa"] },
    arrange: wrongHostKey,
    comes: untrusted(/the host shows: {2}ssh-rsa \S{500,}\n(?:.*\n)*.*ssh_host_rsa_key\.pub/),
  },
  {
    name: "the host has an ECDSA key only",
    server: { hostKeys: ["ecdsa"] },
    arrange: wrongHostKey,
    comes: untrusted(/the host shows: {2}ecdsa-sha2-nistp256 /),
  },
  {
    name: "the key of the jump host is another one",
    jump: {},
    arrange: ({ strangersHostKey }) => ({ jump: { hostKey: strangersHostKey } }),
    comes: untrusted(/it is not the key that was given[\s\S]*set ssh\.jump\.hostKey /),
  },
];

export const LOGINS: readonly Situation[] = [
  {
    name: "the host does not know the key",
    arrange: ({ strangersKey }) => ({ connection: { privateKey: strangersKey } }),
    comes: noLogin(/the host refused the key[\s\S]*authorized_keys/),
  },
  {
    name: "the jump host does not know the key",
    jump: {},
    arrange: ({ strangersKey }) => ({ jump: { privateKey: strangersKey } }),
    comes: { ...noLogin(/the host refused the key[\s\S]*ssh\.jump\.privateKey/), beforeLogin: true },
  },
  {
    name: "the account is locked",
    user: "admin",
    server: { config: ["UsePAM no"] },
    comes: noLogin(/cannot log in as admin: the host refused the key/),
  },
  {
    name: "the account has expired",
    user: "admin",
    server: { setup: "chage -E 0 admin" },
    comes: noLogin(/in the middle of the login .*\n.*locked, expired/),
  },
  {
    name: "the password has expired",
    user: "admin",
    server: { setup: "usermod -p x admin; chage -d 0 admin" },
    comes: noLogin(/password of the account has expired[\s\S]*passwd admin/),
  },
  {
    name: "root's password has expired",
    user: "root",
    server: { setup: "usermod -p x root; chage -d 0 root" },
    comes: noLogin(/password of the account has expired[\s\S]*passwd root/),
  },
  {
    name: "the account may not log in",
    user: "admin",
    server: { setup: "usermod -s /usr/sbin/nologin admin" },
    comes: noLogin(/gives no shell[\s\S]*currently not available/),
  },
  {
    name: "root may not log in",
    user: "root",
    server: { config: ["PermitRootLogin no"] },
    comes: noLogin(/cannot log in as root: the host refused the key/),
  },
  {
    name: "root may log in for commands of the host's choice only",
    user: "root",
    server: { config: ["PermitRootLogin forced-commands-only"] },
    // sshd lets in and breaks off, which looks like a network that fails: it is tried once more
    comes: {
      ...noLogin(/cannot log in as root: the host closed the connection in the middle of the login/),
      callersMax: 2,
      refusedMax: 2,
    },
  },
  {
    name: "the host runs a command of its own choice",
    server: { config: ["ForceCommand echo backup only"] },
    comes: noLogin(/gives no shell[\s\S]*backup only[\s\S]*ForceCommand/),
  },
  {
    name: "the user has no sudo",
    user: "admin",
    server: { setup: "rm /etc/sudoers.d/admin" },
    comes: { code: "not-root", says: /become root as admin[\s\S]*NOPASSWD/ },
  },
  {
    name: "there is no sudo",
    user: "admin",
    server: { setup: "rm /usr/bin/sudo" },
    comes: { code: "not-root", says: /become root as admin[\s\S]*sudo: .*not found/ },
  },
  {
    name: "sudo wants a terminal",
    user: "admin",
    server: { setup: "echo 'Defaults requiretty' >/etc/sudoers.d/tty" },
    comes: { code: "not-root", says: /must have a tty/ },
  },
  {
    name: "sshd opens no session",
    server: { config: ["MaxSessions 0"] },
    comes: noLogin(/opens no session[\s\S]*MaxSessions/),
  },
];

export const PECULIARITIES: readonly Situation[] = [
  {
    name: "sshd has a long banner with escape codes",
    server: {
      config: ["Banner /etc/banner"],
      setup:
        "for i in $(seq 500); do printf 'Authorized use only \\033[31m\\007\\n'; done >/etc/banner; cp /etc/banner /etc/motd",
    },
    comes: "to work",
  },
  { name: "sshd opens one session", server: { config: ["MaxSessions 1"] }, comes: "to work" },
  { name: "sshd allows one attempt", server: { config: ["MaxAuthTries 1"] }, comes: "to work" },
  { name: "the jump host opens no session", jump: { config: ["MaxSessions 0"] }, comes: "to work" },
  {
    name: "the jump host lets nobody through",
    jump: { config: ["AllowTcpForwarding no"] },
    comes: { ...handshake(/through 127\.0\.0\.1: [\s\S]*AllowTcpForwarding/), callersMax: 0 },
  },
  {
    name: "the host is half a second away",
    jump: null,
    arrange: async ({ server }) => {
      const { port, close } = await farAway(server.port, 250);
      return { connection: { port }, stop: close };
    },
    comes: "to work",
  },
];

/** Ten seconds each. */
export const SLOW: readonly Situation[] = [
  {
    name: "too many are calling the host",
    server: { config: FULL },
    arrange: async ({ server }) => {
      const caller = await occupy(server.port);
      return { stop: () => caller.destroy() };
    },
    // the one who stays on the line, and four attempts
    comes: handshake(/turned away before a word was said[\s\S]*MaxStartups/, 5),
  },
  {
    name: "too many are calling the host, for a while",
    server: { config: FULL },
    arrange: async ({ server }) => {
      const caller = await occupy(server.port);
      const left = setTimeout(() => caller.destroy(), 2_000);
      return { stop: () => clearTimeout(left) };
    },
    comes: "to work",
  },
  {
    name: "the host takes the call and says nothing",
    jump: null,
    arrange: async () => {
      const { port, close } = await deaf();
      return { connection: { port }, stop: close };
    },
    comes: { ...handshake(/no login within 10 s/), callersMax: 0 },
  },
  {
    name: "the host never comes to the point",
    jump: null,
    arrange: async () => {
      const { port, close } = await rambling();
      return { connection: { port }, stop: close };
    },
    comes: { ...handshake(/no login within 10 s/), callersMax: 0 },
  },
];

import { connect as dial } from "node:net";
import type { Duplex } from "node:stream";
import { HostError, printable } from "../../engine/errors.ts";
import type { SshConnection } from "../connection.ts";
import { aliasHint } from "./alias.ts";
import { detailOf, errorsIn, messageOf } from "./error-details.ts";
import { inTime } from "./in-time.ts";
import type { Login } from "./login.ts";

/**
 * A stream to the host's sshd, where there is a jump host through its connection. Without delay for small packets:
 * it saves a round trip at each step of the handshake.
 *
 * @param through the jump host
 * @throws HostError `unreachable`, `offline`; `handshake` when the jump host forwards no connection
 */
export async function streamTo(
  { host, port, jump }: SshConnection,
  through: Login | null,
  limitMs: number,
): Promise<Duplex> {
  const late = `no answer within ${limitMs / 1000} s`;
  if (through === null)
    return direct(host, port, limitMs, late).catch((error: unknown) => {
      throw notReached(host, port, error);
    });
  return inTime(through.forward(host, port), limitMs, late).catch((error: unknown) => {
    throw notForwarded(host, port, jump?.host ?? "", error, late);
  });
}

function direct(host: string, port: number, limitMs: number, late: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    // a name may have several addresses: the library's quarter of a second for each is too short for a long way
    const socket = dial({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: limitMs / 4 });
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new Error(late)), limitMs);
    socket.once("error", fail);
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.off("error", fail);
      resolve(socket);
    });
  });
}

/** What this machine says of itself, before anything has left it. */
const OFFLINE = new Set([
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EAI_AGAIN",
  "EACCES",
  "EPERM",
  "EMFILE",
]);

/** Why no connection came about; a name with several addresses has an error for each. */
export function notReached(host: string, port: number, error: unknown): HostError {
  const all = errorsIn(error);
  const because = [...new Set(all.map(messageOf))].map(printable).join("; ");
  const codes = all.map((one) => String(detailOf(one, "code")));
  const isOffline = codes.every((code) => OFFLINE.has(code));
  const alias = codes.some((code) => NO_NAME.has(code)) ? aliasHint(host) : null;
  const hint = alias ?? (isOffline ? OFFLINE_HINT : UNREACHABLE_HINT);
  const facts = { host, doing: `connect to port ${port}`, because, hint };
  return new HostError(isOffline ? "offline" : "unreachable", facts, { cause: error });
}

const NO_NAME = new Set(["ENOTFOUND", "EAI_AGAIN"]);
const UNREACHABLE_HINT = "is the host on, the address right and sshd reachable from here?";
const OFFLINE_HINT = "this machine has no way there: are its network, VPN and name resolution up?";

/** RFC 4254, 5.1 */
const PROHIBITED = 1;
const NO_CONNECTION = 2;

/** Only that the host itself does not answer the jump host says that the host does not answer. */
export function notForwarded(
  host: string,
  port: number,
  jump: string,
  error: unknown,
  late: string,
): HostError {
  const why = messageOf(error);
  const facts = { host, doing: `connect to port ${port}`, because: `through ${jump}: ${printable(why)}` };
  const reason = detailOf(error, "reason");
  if (reason === NO_CONNECTION || why === late)
    return new HostError("unreachable", { ...facts, hint: BEHIND_HINT }, { cause: error });
  const hint = reason === PROHIBITED ? { hint: PROHIBITED_HINT } : {};
  return new HostError("handshake", { ...facts, ...hint }, { cause: error });
}

const BEHIND_HINT = "is the host on, and does the jump host itself reach that port?";
const PROHIBITED_HINT =
  "the jump host has to allow it (AllowTcpForwarding and PermitOpen in its sshd_config)";

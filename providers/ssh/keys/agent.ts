import type { Duplex } from "node:stream";
import ssh2, {
  type IdentityCallback,
  type ParsedKey,
  type SignCallback,
  type SigningRequestOptions,
} from "ssh2";
import { inTime } from "../client/in-time.ts";
import { stringsIn } from "../host-key.ts";

/** A key that an agent holds. */
export interface AgentKey {
  readonly publicKey: Buffer;
  /** What its owner calls it; often the path of its file. */
  readonly comment: string;
}

/** An agent on this machine answers at once; one whose forwarded connection has died does not. */
const LIMIT_MS = 3_000;
const REQUEST_IDENTITIES = 11;
const IDENTITIES_ANSWER = 12;
/** Thousands of keys. */
const ANSWER_MAX_BYTES = 4 * 1024 * 1024;

/**
 * All keys of an agent, those too that ssh2 would leave out without a word: certificates and keys on security keys.
 *
 * @param socket as in SSH_AUTH_SOCK; on Windows also `pageant`
 * @throws Error when no agent answers there
 */
export async function keysOf(socket: string): Promise<AgentKey[]> {
  const stream = await streamTo(socket);
  try {
    return await inTime(askedFor(stream), LIMIT_MS, `it gave no answer within ${LIMIT_MS / 1000} s`);
  } finally {
    stream.destroy();
  }
}

function streamTo(socket: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const agent = ssh2.createAgent(socket);
    const none = new Error("no agent answers there");
    agent.getStream?.((error, stream) => (error || stream === undefined ? reject(none) : resolve(stream)));
  });
}

function askedFor(stream: Duplex): Promise<AgentKey[]> {
  return new Promise((resolve, reject) => {
    let heard = Buffer.alloc(0);
    for (const event of ["error", "close"]) stream.on(event, () => reject(new Error("it hung up")));
    stream.on("data", (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      const [answer] = stringsIn(heard);
      if (answer !== undefined) resolve(keysIn(answer));
      else if (heard.length > ANSWER_MAX_BYTES) reject(new Error("what answers is no agent"));
    });
    stream.write(Buffer.from([0, 0, 0, 1, REQUEST_IDENTITIES]));
  });
}

/** draft-miller-ssh-agent, 4.4: a number, then key and comment in turn. */
function keysIn(answer: Buffer): AgentKey[] {
  const [kind] = answer;
  const parts = kind === IDENTITIES_ANSWER ? [...stringsIn(answer, 5)] : [];
  return parts.flatMap((publicKey, index) =>
    index % 2 === 0 ? [{ publicKey, comment: parts[index + 1]?.toString("utf8") ?? "" }] : [],
  );
}

/** An agent that knows one of its keys only, so that the host is offered the keys in our order, and not all. */
export class OneKeyAgent extends ssh2.BaseAgent<ParsedKey> {
  readonly #agent: ssh2.BaseAgent;
  readonly #key: ParsedKey;

  constructor(socket: string, key: ParsedKey) {
    super();
    this.#agent = ssh2.createAgent(socket);
    this.#key = key;
  }

  override getIdentities(tell: IdentityCallback<ParsedKey>): void {
    tell(null, [this.#key]);
  }

  override sign(
    key: ParsedKey,
    data: Buffer,
    options: SigningRequestOptions | SignCallback,
    tell?: SignCallback,
  ) {
    if (typeof options === "function") this.#agent.sign(key, data, options);
    else this.#agent.sign(key, data, options, tell);
  }
}

import type { Problem } from "../arguments/values/problem.ts";
import type { Claims } from "../claims.ts";
import { secretProblem } from "./secrets.ts";

/** A component in the configuration. */
export interface Branch {
  /** Path of its arguments. */
  readonly at: string;
  /** Path of those arguments among which secrets are. */
  readonly secretsAt: string;
  /** Of its secrets, without their names. */
  readonly key: string;
  /** False: the key in the tree is the name. */
  readonly isNamed: boolean;
  /** What it is called when another one collides with it. */
  readonly holder: string;
  /** What the components of its gateway have claimed. */
  readonly claims: Claims;
}

const SECRET = /^\.(?:socks\.)?((?:jump\.)?(?:privateKey|passphrase|authKey)|users\..+)$/;

/** `problem` as one of what the user wrote: of the secret, or of the key in the tree where that is the name. */
export function asWritten({ path, text }: Problem, { at, secretsAt, key, isNamed }: Branch): Problem {
  const secret = path.startsWith(secretsAt) ? SECRET.exec(path.slice(secretsAt.length))?.[1] : undefined;
  if (secret !== undefined) return secretProblem(`${key}/${secret.replace(".", "/")}`, text);
  return { path: path === `${at}.name` && !isNamed ? at : path, text };
}

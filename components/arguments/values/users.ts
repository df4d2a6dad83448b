import { secretInput } from "./later.ts";
import { named } from "./plain.ts";

export const USER_NAME =
  "a user name of 1 to 32 letters, digits, dots, hyphens and underscores that begins with a letter or digit";

/** SOCKS and HTTP take more; these need no escape in a program's configuration. */
const PASSWORD =
  "a password of 12 to 128 letters, digits and signs, without spaces, quotation marks and backslashes";

/** What guesses are refused by is its length: neither of the two protocols has a delay of its own. */
const password = secretInput(PASSWORD, (value) => /^[!#-[\]-~]{12,128}$/.test(value));

/** Passwords by the names of their users; at least one, since none at all would mean that everybody may come in. */
export const users = named("an object of user names and their passwords", faultOfUser, password)
  .refine((value) => Object.keys(value).length > 0, {
    error: "is empty; leave it out for a port without logins",
  })
  .optional();

function faultOfUser(name: string): string | null {
  return isUserName(name) ? null : `${JSON.stringify(name)} is not ${USER_NAME}`;
}

export function isUserName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(name);
}

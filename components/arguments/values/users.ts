import { z } from "zod";
import { secretInput } from "./later.ts";
import { refusal } from "./refusal.ts";

export const USER_NAME =
  "a user name of 1 to 32 letters, digits, dots, hyphens and underscores that begins with a letter or digit";

/** SOCKS and HTTP take more; these need no escape in a program's configuration. */
const PASSWORD =
  "a password of 12 to 128 letters, digits and signs, without spaces, quotation marks and backslashes";

/** What guesses are refused by is its length: neither of the two protocols has a delay of its own. */
const password = secretInput(PASSWORD, (value) => /^[!#-[\]-~]{12,128}$/.test(value));

/** Passwords by the names of their users; at least one, since none at all would mean that everybody may come in. */
export const users = z
  .record(z.string(), password, { error: refusal("an object of user names and their passwords") })
  .superRefine((value, context) => {
    const names = Object.keys(value);
    if (names.length === 0)
      context.addIssue({ code: "custom", message: "is empty; leave it out for a port without logins" });
    for (const name of names.filter((each) => !isUserName(each)))
      context.addIssue({
        code: "custom",
        path: [name],
        message: `${JSON.stringify(name)} is not ${USER_NAME}`,
      });
  })
  .optional();

export function isUserName(name: unknown): name is string {
  return typeof name === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/.test(name);
}

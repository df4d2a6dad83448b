import { secretInput } from "./later.ts";

const TO_MAKE_ONE =
  "make an auth key: in the console of the tailnet under Settings, Keys, or with `headscale preauthkeys create`";

/** Other secrets of control servers, by what they begin with. tailscaled trades none of them for a login by itself. */
const OTHERS: readonly (readonly [prefix: string, what: string])[] = [
  ["tskey-client-", "an OAuth client secret"],
  ["tskey-api-", "an API access token"],
  ["hskey-client-", "an OAuth client secret"],
  ["hskey-api-", "an API key of headscale"],
];

function otherIn(value: unknown): string | undefined {
  return OTHERS.find(([prefix]) => typeof value === "string" && value.startsWith(prefix))?.[1];
}

/** A key that logs a node in. What it begins with is its server's affair: `tskey-auth-`, `hskey-auth-`, plain hex digits. */
export const authKey = secretInput("an auth key on one line", (value) => /^[!-~]+$/.test(value)).refine(
  (value) => otherIn(value) === undefined,
  { error: ({ input }) => `is ${otherIn(input)}, which logs no node in; ${TO_MAKE_ONE}` },
);

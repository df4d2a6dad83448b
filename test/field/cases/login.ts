import type { FieldCase } from "../case.ts";

const IN_LABORATORY = "test/host/login.test.ts";
const SCRIPT = "test/unit/components/render/link/login-script.test.ts";
const HEALTH = "test/unit/tailscale/health.test.ts";
const FACTS = "test/unit/engine/pulumi/facts.test.ts";
const ARGUMENTS = "test/unit/components/arguments.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "A1",
    happens: "the auth key of a node expires, or is deleted, months after its login",
    before: "the node showed it at each start, was refused, and was out for good at the next restart",
    now: "the node starts without its key; the key is shown only when the node says that it is logged out",
    test: [IN_LABORATORY, "lasts when its key is gone and the daemon or the host starts anew"],
  },
  {
    id: "A2",
    happens:
      "a node is offline, locked out, waits for approval, is about to expire, or its routes wait for approval",
    before: "`loginState` was `Running`, and nothing was said",
    now: "`up` and `refresh` warn, with what to do; the outputs `health` and `keyExpiry` have it",
    test: [HEALTH, "is that it is offline"],
  },
  {
    id: "A3",
    happens: "a node gets another name or address in its tailnet",
    before: "outputs were those of the last change, also after a refresh",
    now: "a refresh stores what it has seen, and says what is new",
    test: [IN_LABORATORY, "is told with the name that the node has by now"],
  },
  {
    id: "A4",
    happens: "an OAuth client secret or an API token is given as `authKey`",
    before: "it was written to the host, and the login failed after `loginTimeout`",
    now: "the preview refuses it, and says what to make instead; an output, once it is known",
    test: [
      "test/unit/components/late-key.test.ts",
      "is refused once it is known, before its resource is registered",
    ],
  },
  {
    id: "A5",
    happens: "`tailscale.version` is 1.96 to 1.100",
    before: "accepted; tailscaled did not start, for a field of its configuration that it does not know",
    now: "refused: 1.102 or newer; the tailnet's administrator cannot edit the node (`RemoteConfig`)",
    test: [ARGUMENTS, "an old version"],
  },
  {
    id: "A9",
    happens: "a guest of a tailnet cannot make an auth key",
    before: "there was no way in",
    now: "with `browserLogin` the first `up` stops at once and names the page for a browser; the next one goes on",
    test: [
      IN_LABORATORY,
      "is made by a browser where that is wanted in place of a key, and the page is named at once",
    ],
  },
  {
    id: "F4",
    happens: "an auth key was used before, or has expired",
    before: "65 s of waiting, titled as a DNS server that does not start, Tailscale's words further down",
    now: "`cannot log in to tailnet work: the control server refuses the login: …` after some seconds",
    test: [IN_LABORATORY, "that the node has lost is drift, and fails at once where the key is of no use"],
  },
  {
    id: "R3",
    happens: "a node is logged out, renamed or re-addressed, and a refresh looks at it",
    before:
      "`addresses`, `dnsName` and `loginState` stayed as they were, even where the logout was shown as drift",
    now: "they are what the last look has seen",
    test: [FACTS, "is what the last look has seen, and no drift"],
  },
  {
    id: "N-login-1",
    happens: "a control server refuses a login without a key, where others name a page for browsers",
    before: "the key was shown in any case",
    now: "that is a node that is logged out, too: it is shown the key",
    test: [SCRIPT, "shows it too where a control server refuses a login without one"],
  },
  {
    id: "N-login-2",
    happens: "a node is out and its key is of no use",
    before: "tailscaled showed the key every few seconds for as long as it ran, with lines in the journal",
    now: "the host tries it every five minutes and is silent in between",
    test: [SCRIPT, "tries what was refused before without the key first, and not at once"],
  },
  {
    id: "N-login-3",
    happens: "a new auth key is given for a node that is logged in",
    before: "it was stored, and shown at the next start of the node",
    now: "it is stored for the day on which the node has to log in anew; nothing is restarted",
    test: [IN_LABORATORY, "is left alone by a new key"],
  },
  {
    id: "N-login-4",
    happens: "a node is deleted or expired at its control server, and gets a new key",
    before: "`up` left it alone; a restart by hand was needed on the host",
    now: "`up --refresh` logs it in anew",
    test: [IN_LABORATORY, "is made anew with a new key"],
  },
  {
    id: "N-login-5",
    happens: "the host gets another address in its primary tailnet",
    before: "`15 unchanged` while no client reached anything",
    now: "each refresh says which address it has and which argument to correct",
    test: [
      IN_LABORATORY,
      "is of no use where the host has got another address in its primary tailnet, which is told",
    ],
  },
  {
    id: "N-login-6",
    happens: "the policy of a tailnet does not know the tags of an auth key",
    before: "the advice was a new key",
    now: "the advice is a key with tags that are permitted",
    test: [HEALTH, "is a key with other tags where those of the key are refused"],
  },
  {
    id: "N-login-7",
    happens: "the control server is down while a gateway starts",
    before: "a refresh said nothing of it, `loginState` was `NoState`",
    now: "a refresh says that the server was not reached, and why; the node is not restarted for it",
    test: [HEALTH, "is that it has a login and is not in its tailnet, which is no reason to start it again"],
  },
  {
    id: "N-login-8",
    happens: "a drop-in for all services of the host resets `LoadCredential=`, as in containers of LXC",
    before: "tailscaled did not find its key and restarted for ever, a node that was logged in too",
    now: "a node that is logged in does not care; a login says what is missing",
    test: [SCRIPT, "says that systemd has given it no key, where it finds"],
  },
  {
    id: "N-login-9",
    happens: "`up` meets a node that is out while its host is between two tries of a login",
    before: "half a minute of waiting for a unit, and an error about that unit",
    now: "the unit is started anew with the node, and its failure is heard as soon as it comes",
    test: [
      "test/unit/engine/plan/plan.test.ts",
      "that is not healthy is started again with what is on its way up, which may wait for it",
    ],
  },
];

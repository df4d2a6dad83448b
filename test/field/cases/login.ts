import type { FieldCase } from "../case.ts";

const IN_LABORATORY = "test/host/login.test.ts";
const SCRIPT = "test/unit/components/render/link/login-script.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "A1",
    happens: "the auth key of a node expires, or is deleted, months after its login",
    before: "the node showed it at each start, was refused, and was out for good at the next restart",
    now: "the node starts without its key; the key is shown only when the node says that it is logged out",
    test: [IN_LABORATORY, "lasts when its key is gone and the daemon or the host starts anew"],
  },
  {
    id: "N-login-3",
    happens: "a new auth key is given for a node that is logged in",
    before: "it was stored, and shown at the next start of the node",
    now: "it is stored for the day on which the node has to log in anew; nothing is restarted",
    test: [IN_LABORATORY, "is left alone by a new key"],
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
    before: "tailscaled showed the key every few seconds for as long as it ran",
    now: "it is tried every five minutes, after a login without it",
    test: [SCRIPT, "tries what was refused before without the key first, and not at once"],
  },
];

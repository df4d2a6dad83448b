import type { FieldCase } from "../case.ts";

const PRIMARY = "test/long/primary.test.ts";
const KERNEL = "test/unit/components/render/place/kernel-script.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "N-tails-1",
    happens:
      "the rules of a namespace are mended or made again while a client asks for a name, and a tailnet's route covers the host's resolver",
    before:
      "the question went into the tailnet, and so did those after it as long as the resolver kept its socket",
    now: "no rule is away for a moment; where one was missing, the resolver opens its ways anew",
    test: [KERNEL, "takes none of these ways away while it makes them anew, with one more"],
  },
  {
    id: "N-tails-2",
    happens: "the resolver of the host changes to one whose address a tailnet's route covers",
    before: "the namespace's resolver asked there before a rule led past the tailnet",
    now: "it hears of the new resolver once the rules and the firewall have it",
    test: [KERNEL, "tells the resolver of other ways once they are there, and of nothing else"],
  },
  {
    id: "N-tails-3",
    happens:
      "the gateway itself uses an exit node or another tunnel, or its way out is a link without a router (PPPoE)",
    before: "each public control server was refused as one in the host's own network",
    now: "what counts is the networks that the host is in, by the routes that namespaces take",
    test: [
      "test/unit/engine/kinds/requirement-on-a-host.test.ts",
      "a public control server is told to be closed only in a network of the host: %s",
    ],
  },
  {
    id: "N-tails-6",
    happens: "the primary tailnet has a route over everything private, or an exit node that the gateway uses",
    before: "in no document, and shown by nothing",
    now: "what is meant for a tailnet never enters the primary one, after a reboot neither",
    test: [PRIMARY, "is set up, and all of each tailnet goes where it belongs"],
  },
  {
    id: "N-tails-4",
    happens: "the control server of a tailnet runs on the gateway itself",
    before: "given by name it stayed closed, whatever was listed in `reach`, as the error advised",
    now: "its own address in `reach` opens it, at its port alone; given by address it is open as before",
    test: ["test/long/control-on-gateway.test.ts", "by name is logged in to where `reach` has its address"],
  },
  {
    id: "N-tails-5",
    happens: "`loginServer` is an address",
    before: "nft refused the firewall, and the namespace did not start",
    now: "it starts, and that address is open at the server's port",
    test: [KERNEL, "finds what it made intact, however often it made it"],
  },
];

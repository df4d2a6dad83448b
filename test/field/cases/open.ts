import type { OpenCase } from "../case.ts";

const GUIDE = "docs/guide.md";
const OPERATIONS = "docs/operations.md";
const SECURITY = "docs/security.md";

export const open: readonly OpenCase[] = [
  {
    id: "A8",
    happens: "a gateway whose node has an ephemeral key is off for an hour",
    because:
      "the tailnet forgets such nodes; the gateway logs in anew, as another node, unless the key was good for one login",
    said: [GUIDE, "An _ephemeral_ key makes a node that its tailnet forgets"],
  },
  {
    id: "B13",
    happens: "a tailnet's administrator gives a name the address of the client itself, or one in its LAN",
    because:
      "CoreDNS cannot leave out answers by their address; the SOCKS port refuses loopback, and leads into the tailnet or nowhere",
    said: [SECURITY, "CoreDNS cannot leave out answers by their address"],
  },
  {
    id: "B15",
    happens: "the host has a VPN or an exit node of its own",
    because:
      "namespaces go past it on purpose: a rule that let them use other routes would let a tailnet take them",
    said: [SECURITY, "**A VPN or an exit node of the host itself** is not the namespaces' way out"],
  },
  {
    id: "C10",
    happens: "the network of the operator fails in the minute after a change of addresses or rules",
    because:
      "three tries bridge two seconds without a network, and half a minute of silence; then the host cannot tell that from a change that has cut it off, and stops the tailnets of that change; the next `up --refresh` starts them. Putting the former state back would need two versions to trust at that moment",
    said: ["docs/adr/0009-undone-unless-confirmed.md", "_Putting the former configuration back_"],
  },
  {
    id: "F10",
    happens: "an operator wants to know which client has used a port",
    because:
      "the relay hands connections on, and Dante knows no other client; the primary tailnet's flow logs know who has reached the gateway",
    said: [SECURITY, "The gateway does not know who has used a port"],
  },
  {
    id: "F14",
    happens: "a host is installed anew, and its nodes come as `home-work-1`, `home-work-2`",
    because: "the control server keeps the old nodes and their names; they are deleted there",
    said: [OPERATIONS, "A tailnet keeps the nodes that have left it"],
  },
  {
    id: "G8",
    happens: "`pulumi import`",
    because:
      "Pulumi asks it of a resource that no program has made, whose code is not known; what a lost state has left is taken over by `up`",
    said: [OPERATIONS, "`pulumi import` cannot be used"],
  },
  {
    id: "G9",
    happens:
      "`refresh --expect-no-changes` writes the state although it fails; `deletedWith` leaves a host as it is",
    because:
      "both are Pulumi's; `preview --refresh --expect-no-changes` writes nothing and ends with status 7",
    said: [OPERATIONS, "it ends with status 7 when something has"],
  },
];

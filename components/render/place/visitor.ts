/** A node of another tailnet in a namespace: what the Gateway's script and the node's own rules have in common. */

/** Where a visitor finds the machines of the tailnet itself: their addresses with another first octet. */
export const SHIFTED = "240.64.0.0/10";

/** UDP port by which it speaks to its own tailnet. It is the only visitor in its namespace. */
export const VISITOR_PORT = 41642;

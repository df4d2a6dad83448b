/** What is the same on every node of every tailnet. */
export const TAILSCALE = {
  /** Interface that tailscaled makes. */
  interface: "tailscale0",
  /** Addresses that nodes are given. */
  network4: "100.64.0.0/10",
  network6: "fd7a:115c:a1e0::/48",
  /** Resolver of each node, in tailscaled itself. */
  resolver: "100.100.100.100",
} as const;

/**
 * What `status --json` prints. Stable: in one format, fields are added and none is taken away or gets another meaning.
 * Networks and addresses are as Linux prints them; times as in RFC 3339; versions as their publishers write them.
 */
export interface Status {
  readonly format: 1;
  readonly gateways: readonly GatewayStatus[];
}

export interface GatewayStatus {
  /** Key in the configuration; without one, the address. */
  readonly name: string;
  /** Name or address by which it was called. */
  readonly host: string;
  /** Why nothing is known of it; `null`: it has answered. */
  readonly error: string | null;
  /** `project/stack` of those that have made something there. */
  readonly stacks: readonly string[];
  /** What differs from what was made, as far as the host itself can tell, a sentence each. */
  readonly drift: readonly string[];
  /** Units that systemd calls failed. */
  readonly failed: readonly string[];
  /** Versions that the last `up` has installed, and those that run; each once. */
  readonly programs: readonly {
    readonly name: string;
    readonly wanted: readonly string[];
    readonly running: readonly string[];
  }[];
  readonly tailnets: readonly TailnetStatus[];
  /** Networks of two tailnets that share addresses; by name each leads to its own. */
  readonly overlaps: readonly {
    readonly tailnet: string;
    readonly network: string;
    readonly other: string;
    readonly otherNetwork: string;
  }[];
}

export interface TailnetStatus {
  readonly name: string;
  /**
   * `offline`: logged in, and not connected to its control server; `waiting`: for the approval of an administrator;
   * `unknown`: its tailscaled does not answer.
   */
  readonly state: "online" | "offline" | "logged-out" | "waiting" | "starting" | "stopped" | "unknown";
  /** Of the node in the tailnet. */
  readonly addresses: readonly string[];
  /** Of the node in the tailnet; `""`: none is known. */
  readonly dnsName: string;
  /** When its login ends; `null`: never, or not known. */
  readonly keyExpiry: string | null;
  /** What is wrong with the node, or soon will be, a sentence each. */
  readonly health: readonly string[];
  /** Ends of names that the gateway's DNS server answers from this tailnet. */
  readonly names: readonly string[];
  readonly ports: readonly {
    /** `address:port` on the gateway. */
    readonly listen: string;
    readonly server: "sing-box" | "dante" | "unknown";
    /** Connections of clients that are open. */
    readonly sessions: number;
  }[];
  /** Networks that its machines offer. */
  readonly routes: readonly {
    readonly network: string;
    /** Name of the machine behind which it is, as the tailnet has it; `""`: not known. */
    readonly via: string;
    /** Whether that machine is; `null`: not known. */
    readonly online: boolean | null;
    /** Whether the gateway's node sends what goes there into the tailnet. */
    readonly accepted: boolean;
  }[];
  /** Bytes since its tailscaled has started; `null`: not known. */
  readonly traffic: { readonly received: number; readonly sent: number } | null;
}

import { z } from "zod";

/**
 * What `status --json` prints. Stable: in one format, fields are added and none is taken away or gets another meaning.
 * Networks and addresses are as Linux prints them; times as in RFC 3339; versions as their publishers write them.
 */
export const statusSchema = z.object({
  format: z.literal(1),
  gateways: z.array(
    z.object({
      /** Key in the configuration; without one, the address. */
      name: z.string(),
      /** Name or address by which it was called. */
      host: z.string(),
      /** Why nothing is known of it; null: it has answered. */
      error: z.string().nullable(),
      /** `project/stack` of those that have made something there. */
      stacks: z.array(z.string()),
      /** What differs from what was made, as far as the host itself can tell, a sentence each. */
      drift: z.array(z.string()),
      /** Units that systemd calls failed. */
      failed: z.array(z.string()),
      /** Versions that the last `up` has installed, and those that run; each once. */
      programs: z.array(
        z.object({ name: z.string(), wanted: z.array(z.string()), running: z.array(z.string()) }),
      ),
      tailnets: z.array(
        z.object({
          name: z.string(),
          /**
           * `offline`: logged in, and not connected to its control server; `waiting`: for the approval of an
           * administrator; `unknown`: its tailscaled does not answer.
           */
          state: z.enum(["online", "offline", "logged-out", "waiting", "starting", "stopped", "unknown"]),
          /** Of the node in the tailnet. */
          addresses: z.array(z.string()),
          /** Of the node in the tailnet; "": none is known. */
          dnsName: z.string(),
          /** When its login ends; null: never, or not known. */
          keyExpiry: z.string().nullable(),
          /** What is wrong with the node, or soon will be, a sentence each. */
          health: z.array(z.string()),
          /** Ends of names that the gateway's DNS server answers from this tailnet. */
          names: z.array(z.string()),
          ports: z.array(
            z.object({
              /** `address:port` on the gateway. */
              listen: z.string(),
              server: z.enum(["sing-box", "dante", "unknown"]),
              /** Connections of clients that are open. */
              sessions: z.number().int(),
            }),
          ),
          /** Networks that its machines offer. */
          routes: z.array(
            z.object({
              network: z.string(),
              /** Name of the machine behind which it is, as the tailnet has it; "": not known. */
              via: z.string(),
              /** Whether that machine is; null: not known. */
              online: z.boolean().nullable(),
              /** Whether the gateway's node sends what goes there into the tailnet. */
              accepted: z.boolean(),
            }),
          ),
          /** Bytes since its tailscaled has started; null: not known. */
          traffic: z.object({ received: z.number(), sent: z.number() }).nullable(),
        }),
      ),
      /** Networks of two tailnets that share addresses; by name each leads to its own. */
      overlaps: z.array(
        z.object({ tailnet: z.string(), network: z.string(), other: z.string(), otherNetwork: z.string() }),
      ),
    }),
  ),
});

export type Status = z.output<typeof statusSchema>;
export type GatewayStatus = Status["gateways"][number];
export type TailnetStatus = GatewayStatus["tailnets"][number];

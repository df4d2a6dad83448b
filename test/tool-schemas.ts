import { z } from "zod";
import type { Diagnosis } from "../components/cli/doctor/verdict.ts";
import type { Status } from "../components/cli/look/shape.ts";

/** What the tool promises to programs, for answers that real hosts and fake ones give. */

const program = z.strictObject({
  name: z.string(),
  wanted: z.array(z.string()),
  running: z.array(z.string()),
});

const port = z.strictObject({
  listen: z.string(),
  server: z.enum(["sing-box", "dante", "unknown"]),
  sessions: z.number().int(),
});

const route = z.strictObject({
  network: z.string(),
  via: z.string(),
  online: z.boolean().nullable(),
  accepted: z.boolean(),
});

const tailnet = z.strictObject({
  name: z.string(),
  state: z.enum(["online", "offline", "logged-out", "waiting", "starting", "stopped", "unknown"]),
  addresses: z.array(z.string()),
  dnsName: z.string(),
  keyExpiry: z.string().nullable(),
  health: z.array(z.string()),
  names: z.array(z.string()),
  ports: z.array(port),
  routes: z.array(route),
  traffic: z.strictObject({ received: z.number(), sent: z.number() }).nullable(),
});

const overlap = z.strictObject({
  tailnet: z.string(),
  network: z.string(),
  other: z.string(),
  otherNetwork: z.string(),
});

const gateway = z.strictObject({
  name: z.string(),
  host: z.string(),
  error: z.string().nullable(),
  stacks: z.array(z.string()),
  drift: z.array(z.string()),
  failed: z.array(z.string()),
  programs: z.array(program),
  tailnets: z.array(tailnet),
  overlaps: z.array(overlap),
});

export const statusSchema: z.ZodType<Status> = z.strictObject({
  format: z.literal(1),
  gateways: z.array(gateway),
});

const check = z.strictObject({
  gateway: z.string(),
  tailnet: z.string().nullable(),
  name: z.string(),
  status: z.enum(["ok", "warn", "fail"]),
  message: z.string(),
  remedy: z.string(),
});

export const diagnosisSchema: z.ZodType<Diagnosis> = z.strictObject({
  format: z.literal(1),
  checks: z.array(check),
});

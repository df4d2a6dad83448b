import { z } from "zod";

/** What `doctor --json` prints; stable as the status is. */
export const diagnosisSchema = z.object({
  format: z.literal(1),
  checks: z.array(
    z.object({
      /** Key in the configuration; without one, the address. */
      gateway: z.string(),
      /** null: it is about the whole gateway. */
      tailnet: z.string().nullable(),
      /** Of the check: `login`, `names`, … */
      name: z.string(),
      status: z.enum(["ok", "warn", "fail"]),
      /** What was found, a sentence. */
      message: z.string(),
      /** What to do about it; "" where nothing is to be done. */
      remedy: z.string(),
    }),
  ),
});

export type Diagnosis = z.output<typeof diagnosisSchema>;
export type Check = Diagnosis["checks"][number];

/** What one look at one subject came to. */
export type Verdict = Pick<Check, "status" | "message" | "remedy">;

export const ok = (message: string): Verdict => ({ status: "ok", message, remedy: "" });
export const warn = (message: string, remedy: string): Verdict => ({ status: "warn", message, remedy });
export const fail = (message: string, remedy: string): Verdict => ({ status: "fail", message, remedy });

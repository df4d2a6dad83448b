import type { Part } from "../session.ts";
import { apply } from "./apply.ts";
import { dataPlane } from "./data-plane.ts";
import { firstUp } from "./first-up.ts";
import { fleet } from "./fleet.ts";
import { oneOfFifty } from "./one-of-fifty.ts";
import { parallel } from "./parallel.ts";
import { profile } from "./profile.ts";
import { refresh } from "./refresh.ts";

/** Parts in the order in which they are measured: what needs a calm machine first, fifty hosts last. */
export const partNames = [
  "dataPlane",
  "firstUp",
  "parallel",
  "profile",
  "refresh",
  "apply",
  "fleet",
  "oneOfFifty",
] as const;
export type PartName = (typeof partNames)[number];

export const parts: { readonly [Name in PartName]: Part<Name> } = {
  parallel,
  refresh,
  apply,
  profile,
  fleet,
  oneOfFifty,
  firstUp,
  dataPlane,
};

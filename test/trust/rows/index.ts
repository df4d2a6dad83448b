import type { Row } from "../contract.ts";
import { connections } from "./connections.ts";
import { crash } from "./crash.ts";
import { hostile } from "./hostile.ts";
import { isolation } from "./isolation.ts";
import { random } from "./random.ts";
import { sandboxes } from "./sandboxes.ts";
import { secrets } from "./secrets.ts";
import { state } from "./state.ts";
import { supply } from "./supply.ts";

/** In the order of docs/trust.md: what users fear most comes first. */
export const rows: readonly Row[] = [
  crash,
  secrets,
  hostile,
  connections,
  supply,
  state,
  sandboxes,
  random,
  isolation,
];

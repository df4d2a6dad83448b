import type { Row } from "../contract.ts";
import { connections } from "./connections.ts";
import { isolation } from "./isolation.ts";
import { sandboxes } from "./sandboxes.ts";
import { supply } from "./supply.ts";

/** In the order of docs/trust.md: what users fear most comes first. */
export const rows: readonly Row[] = [connections, supply, sandboxes, isolation];

import type { Row } from "../contract.ts";
import { branch } from "./branch.ts";
import { connections } from "./connections.ts";

/** In the order of docs/trust.md: what users fear most comes first. */
export const rows: readonly Row[] = [branch, connections];

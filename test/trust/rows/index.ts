import type { Row } from "../contract.ts";
import { concurrency } from "./concurrency.ts";
import { destroy } from "./destroy.ts";
import { foreign } from "./foreign.ts";

/** In the order of docs/trust.md: what users fear most comes first. */
export const rows: readonly Row[] = [concurrency, foreign, destroy];

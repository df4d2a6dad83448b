import type { Row } from "../contract.ts";
import { hostile } from "./hostile.ts";
import { secrets } from "./secrets.ts";

/** In the order of docs/trust.md: what users fear most comes first. */
export const rows: readonly Row[] = [secrets, hostile];

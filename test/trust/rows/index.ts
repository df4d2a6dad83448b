import type { Row } from "../contract.ts";
import { crash } from "./crash.ts";
import { random } from "./random.ts";
import { state } from "./state.ts";

/** In the order of docs/trust.md: what users fear most comes first. */
export const rows: readonly Row[] = [crash, state, random];

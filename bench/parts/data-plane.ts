import { dataPlane as measureDataPlane } from "../data-plane/index.ts";
import type { Part } from "../session.ts";

/** Row 8, in a laboratory of its own. */
export const dataPlane: Part<"dataPlane"> = {
  about: "connections, bulk and idle sessions through a gateway, beside the chain it replaces",
  estimateSeconds: (runs) => 120 + 50 * runs,
  async measure(session) {
    await session.clear();
    const {
      at: _at,
      seconds: _seconds,
      machine: _machine,
      ...found
    } = await measureDataPlane({
      runs: session.runs,
    });
    return found;
  },
};

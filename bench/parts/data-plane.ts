import { dataPlane as measureDataPlane } from "../data-plane/index.ts";
import type { Part } from "../session.ts";

/** Row 8, in a laboratory of its own. */
export const dataPlane: Part<"dataPlane"> = {
  about: "connections, bulk and sessions through a gateway with each server, beside the chain it replaces",
  estimateSeconds: (runs) => 360 + 60 * runs,
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

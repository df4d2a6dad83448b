import { trustTests } from "../../trust/in-jest.ts";
import { state } from "../../trust/rows/state.ts";

trustTests(state, "without a laboratory");

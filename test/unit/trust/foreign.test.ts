import { trustTests } from "../../trust/in-jest.ts";
import { foreign } from "../../trust/rows/foreign.ts";

trustTests(foreign, "without a laboratory");

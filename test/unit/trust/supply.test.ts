import { trustTests } from "../../trust/in-jest.ts";
import { supply } from "../../trust/rows/supply.ts";

trustTests(supply, "without a laboratory");

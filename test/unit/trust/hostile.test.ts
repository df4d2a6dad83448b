import { trustTests } from "../../trust/in-jest.ts";
import { hostile } from "../../trust/rows/hostile.ts";

trustTests(hostile, "without a laboratory");

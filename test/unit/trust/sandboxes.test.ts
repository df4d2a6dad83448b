import { trustTests } from "../../trust/in-jest.ts";
import { sandboxes } from "../../trust/rows/sandboxes.ts";

trustTests(sandboxes, "without a laboratory");

import { trustTests } from "../../trust/in-jest.ts";
import { destroy } from "../../trust/rows/destroy.ts";

trustTests(destroy, "without a laboratory");

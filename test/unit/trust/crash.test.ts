import { trustTests } from "../../trust/in-jest.ts";
import { crash } from "../../trust/rows/crash.ts";

trustTests(crash, "without a laboratory");

import { trustTests } from "../../trust/in-jest.ts";
import { random } from "../../trust/rows/random.ts";

trustTests(random, "without a laboratory");

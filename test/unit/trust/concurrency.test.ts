import { trustTests } from "../../trust/in-jest.ts";
import { concurrency } from "../../trust/rows/concurrency.ts";

trustTests(concurrency, "without a laboratory");

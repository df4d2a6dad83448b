import { trustTests } from "../../trust/in-jest.ts";
import { secrets } from "../../trust/rows/secrets.ts";

trustTests(secrets, "without a laboratory");

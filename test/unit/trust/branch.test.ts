import { canSandbox } from "../../fake/sandbox.ts";
import { trustTests } from "../../trust/in-jest.ts";
import { branch } from "../../trust/rows/branch.ts";

if (canSandbox) trustTests(branch, "without a laboratory");
else it.skip("needs a mount namespace", () => undefined);

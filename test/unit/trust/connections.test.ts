import { trustTests } from "../../trust/in-jest.ts";
import { connections } from "../../trust/rows/connections.ts";

// a laboratory's base has the sshd
if (process.env.TSPROXY_LAB !== "unavailable") trustTests(connections, "without a laboratory");
else it.skip("needs the parts of a laboratory", () => undefined);

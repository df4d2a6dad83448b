import { notForwarded, notReached, streamTo } from "../../../../providers/ssh/client/dial.ts";
import { listen } from "../../../lab/sockets.ts";

const failing = (code: string) => Object.assign(new Error(`connect ${code}`), { code });
const refusing = (reason: number, description: string) =>
  Object.assign(new Error(`(SSH) Channel open failure: ${description}`), { reason });

describe("a host that is not reached", () => {
  it.each(["ECONNREFUSED", "ETIMEDOUT", "EHOSTUNREACH", "ENOTFOUND"])("does not answer: %s", (code) => {
    expect(notReached("gw", 22, failing(code))).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining(`gw: cannot connect to port 22: connect ${code} [unreachable]`),
    });
  });

  it.each(["ENETUNREACH", "ENETDOWN", "EAI_AGAIN", "EPERM"])(
    "says nothing of it where this machine has no network: %s",
    (code) => {
      expect(notReached("gw", 22, failing(code)).code).toBe("offline");
    },
  );

  it("is said for each of its addresses, and this machine is not offline if one was tried", () => {
    const both = new AggregateError([failing("ENETUNREACH"), failing("ETIMEDOUT")]);
    expect(notReached("gw", 22, both)).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("connect ENETUNREACH; connect ETIMEDOUT"),
    });
    const none = new AggregateError([failing("ENETUNREACH"), failing("ENETUNREACH")]);
    expect(notReached("gw", 22, none)).toMatchObject({
      code: "offline",
      message: expect.stringContaining("port 22: connect ENETUNREACH [offline]"),
    });
  });

  it("does not answer the jump host either", () => {
    const error = notForwarded("gw", 22, "jump", refusing(2, "Connection refused"), "late");
    expect(error).toMatchObject({ code: "unreachable", message: expect.stringContaining("through jump: ") });
    expect(notForwarded("gw", 22, "jump", new Error("late"), "late").code).toBe("unreachable");
  });

  it.each([
    refusing(1, "administratively prohibited"),
    refusing(4, "resource shortage"),
    new Error("the host closed the connection"),
  ])("may be there when it is the jump host that fails: %s", (error) => {
    expect(notForwarded("gw", 22, "jump", error, "late").code).toBe("handshake");
  });

  it("is one where nothing listens", async () => {
    const { port, close } = await listen(() => undefined);
    close();
    const connection = { host: "127.0.0.1", port, user: "root", hostKey: "" };
    await expect(streamTo(connection, null, 1_000)).rejects.toMatchObject({ code: "unreachable" });
  });
});

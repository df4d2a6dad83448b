import { sshLogOf, together } from "../../../bench/counters/ssh-log.ts";

const from = "root from 198.18.0.1 port 50138";

describe("the log of an sshd", () => {
  it("tells logins, channels and how many of them were open at once", () => {
    const log = sshLogOf([
      'Connection from 198.18.0.1 port 50138 on 198.18.0.11 port 22 rdomain ""',
      `Accepted publickey for ${from} ssh2: ED25519 SHA256:abc`,
      `Starting session: command for ${from} id 0`,
      `Starting session: subsystem 'sftp' for ${from} id 1`,
      `Close session: user ${from} id 0`,
      `Starting session: command for ${from} id 0`,
      `Close session: user ${from} id 1`,
      `Close session: user ${from} id 0`,
    ]);
    expect(log).toEqual({ logins: 1, channels: 3, channelsAtOnce: 2, refused: 0 });
  });

  it.each([
    "drop connection #10 from [198.18.0.1]:50140 on [198.18.0.11]:22 past MaxStartups",
    "Connection closed by 198.18.0.1 port 50140 [preauth]",
    "Connection reset by authenticating user root 198.18.0.1 port 50140 [preauth]",
  ])("counts as refused: %s", (line) => {
    expect(sshLogOf([line]).refused).toBe(1);
  });

  it("does not count the steps of an ordinary login as refused", () => {
    expect(sshLogOf([`Postponed publickey for ${from} ssh2 [preauth]`]).refused).toBe(0);
  });

  it("adds up over hosts, but for what one of them has at once", () => {
    const log = { logins: 1, channels: 2, channelsAtOnce: 2, refused: 0 };
    expect(together([log, { ...log, channelsAtOnce: 1 }])).toEqual({ ...log, logins: 2, channels: 4 });
  });
});

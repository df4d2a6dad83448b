import { aliasIn } from "../../../../providers/ssh/client/alias.ts";

const CONFIG = `
User everywhere
# Host commented
Host gw gateway
  HostName 192.0.2.7
  Port=2222
	user root
  User second
  IdentityFile "~/.ssh/gw key"
  ProxyJump bastion
  ForwardAgent yes
Host plain
Host *.lan
  User pattern
Match host gw
  Port 1
`;

describe("a name in a user's configuration of ssh", () => {
  it.each([
    [
      "gw",
      ["host: 192.0.2.7", "port: 2222", "user: root", "privateKeyFile: ~/.ssh/gw key", "jump.host: bastion"],
    ],
    ["plain", []],
    ["other", null],
    ["commented", null],
    ["a.lan", null],
  ])("%s stands for %j", (host, parts) => {
    expect(aliasIn(CONFIG, host)).toEqual(parts);
  });
});

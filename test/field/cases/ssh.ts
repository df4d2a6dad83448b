import type { FieldCase } from "../case.ts";

const KEYS = "test/unit/ssh/keys/credentials.test.ts";
const KINDS = "test/unit/ssh/keys/key-kind.test.ts";
const LOGIN = "test/unit/ssh/login.test.ts";
const DIAL = "test/unit/ssh/client/dial.test.ts";
const REMOVAL = "test/unit/engine/pulumi/lifecycle.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "D1",
    happens: "`SSH_AUTH_SOCK` names an agent that has died, and a key file would do",
    before: "`unreachable`, and no login",
    now: "the key file is used; the agent is named where the host refuses it",
    test: [KEYS, "is a key file even if the agent is dead, and that is noted"],
  },
  {
    id: "D2",
    happens: "a key with a passphrase, a public, FIDO, PuTTY, PKCS#8 or DSA key, one cut off or in UTF-16",
    before: '"the host refused the key", though none was offered',
    now: "before the host is called: what it is, and the command that makes a usable one",
    test: [KINDS, "is said to be %s, and what to do is %s"],
  },
  {
    id: "D3",
    happens: "an agent with more keys than sshd allows (MaxAuthTries)",
    before: "sshd hung up before the key file was tried",
    now: "the key file first, then the keys that `~/.ssh` has public halves of, five in all; `privateKeyFile` names one",
    test: [
      KEYS,
      "is of an agent's many keys first those that the user has the public halves of, and five in all",
    ],
  },
  {
    id: "D4",
    happens: "an agent that holds certificates",
    before: "left out without a word",
    now: "the error says that they cannot be used, and what can",
    test: [KEYS, "is no certificate of an agent, and that is noted"],
  },
  {
    id: "D5",
    happens: "`ssh.host` is `root@gateway.lan:2222`",
    before: "an unknown name at the first connection",
    now: "refused at preview with the arguments to write; a name of `~/.ssh/config` is told apart as well",
    test: ["test/unit/components/arguments.test.ts", "say where the parts of %s belong"],
  },
  {
    id: "D6",
    happens: "a host with Tailscale SSH only, and no key at all",
    before: '"there is nothing to log in with"',
    now: "the host is asked to let in without a key",
    test: [LOGIN, "works without a key where the host wants none, as with Tailscale SSH"],
  },
  {
    id: "D7",
    happens: "a login that takes longer than ten seconds; a sudo that leaves /usr/sbin out of PATH",
    before: "no login; `nft: not found`",
    now: "`ssh.loginTimeout`; programs find what the administrator has",
    test: [LOGIN, "finds the administrator's programs, whatever sudo leaves of PATH"],
  },
  {
    id: "C8",
    happens: "fail2ban or sshguard on the host, and a change of addresses or rules",
    before: "the connection that confirms the change was logged as a scan",
    now: "it is a login, after which leave is taken",
    test: [LOGIN, "is a whole one, after which leave is taken"],
  },
  {
    id: "N-ssh-7",
    happens: "a dead agent, `TSPROXY_FORGET_HOSTS` and `destroy`",
    before: "a living host was forgotten",
    now: "only a host that does not answer, or another machine in its place, is forgotten",
    test: [REMOVAL, "that fails with %s never forgets a host, whatever was named"],
  },
  {
    id: "R9",
    happens: "a connection is reset in the middle of a login",
    before: "`authentication`, for the life of the process",
    now: "the login is made again",
    test: [LOGIN, "that is reset in the middle is made again, and is no refusal"],
  },
  {
    id: "R12",
    happens: "fifty gateways behind one jump host",
    before: "fifty logins there at once, and fifty refusals",
    now: "one login for all of them, or one refusal",
    test: [LOGIN, "is one for all hosts behind it"],
  },
  {
    id: "N-ssh-1",
    happens: "`TSPROXY_FORGET_HOSTS` names a host whose jump host does not answer",
    before: "the host was forgotten, though nothing was known of it",
    now: "both have to be named",
    test: [REMOVAL, "behind a jump host that does not answer forgets a host only if both are named"],
  },
  {
    id: "N-ssh-2",
    happens: "`TSPROXY_FORGET_HOSTS` and `destroy` on a laptop without a network",
    before: "a living host was forgotten",
    now: "`offline`: nothing is forgotten",
    test: [DIAL, "says nothing of it where this machine has no network: %s"],
  },
  {
    id: "N-ssh-3",
    happens: "an agent asks before it signs, and is told no",
    before: "`unreachable`, and the next key was not tried",
    now: "the next key is tried; where there is none, the agent is named",
    test: [LOGIN, "goes on to the next key when the agent does not sign with one"],
  },
  {
    id: "N-ssh-4",
    happens: "the host wants a second factor beside the key",
    before: '"the host refused the key"',
    now: '"the host takes the key and wants more", and what',
    test: [LOGIN, "says why where the host wants more than a key"],
  },
  {
    id: "N-ssh-5",
    happens: "a change leads the host's address to another machine, whose sshd greets",
    before: "the change was confirmed",
    now: "the host key tells them apart, and the host undoes the change",
    test: [LOGIN, "fails when another machine answers"],
  },
  {
    id: "N-ssh-6",
    happens: "a host with an IPv6 and an IPv4 address of which none answers",
    before: "an error without a reason",
    now: "the reason for each address",
    test: [DIAL, "is said for each of its addresses, and this machine is not offline if one was tried"],
  },
];

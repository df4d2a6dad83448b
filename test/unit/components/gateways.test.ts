import * as pulumi from "@pulumi/pulumi";
import { ArgumentsError, Gateway } from "../../../components/index.ts";

const digests = { sha256: { x86_64: "a".repeat(64) } };
const args = {
  ssh: { host: "gateway.lan", hostKey: `ssh-ed25519 ${"A".repeat(68)}` },
  primaryAddress: "100.64.0.10",
  tailscale: digests,
  coredns: digests,
};

beforeAll(() =>
  pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: { ...inputs, facts: { probes: {} } } }),
    call: () => ({}),
  }),
);

/** What is wrong with a program, or nothing. A stack whose program throws would end this process. */
async function problemOf(program: () => void): Promise<unknown> {
  let problem: unknown = null;
  await pulumi.runtime.runInPulumiStack(async () => {
    try {
      program();
    } catch (error) {
      problem = error;
    }
  });
  return problem;
}

describe("gateways of one program", () => {
  it("are on hosts of their own", async () => {
    const both = () => {
      new Gateway("home", args);
      new Gateway("again", args);
    };
    expect(await problemOf(both)).toEqual(
      new ArgumentsError('Gateway "again"', [
        {
          path: "ssh.host",
          text: 'gateway.lan is the host of Gateway "home" already; a host has one gateway: put all its tailnets there',
        },
      ]),
    );
  });

  it("have nothing to do with those of the next program in the same process", async () => {
    const one = () => void new Gateway("home", args);
    expect(await problemOf(one)).toBeNull();
    expect(await problemOf(one)).toBeNull();
  });

  it("whose hosts are known later are told apart on the host", async () => {
    const later = { ...args, ssh: { ...args.ssh, host: pulumi.output("gateway.lan") } };
    const both = () => {
      new Gateway("home", later);
      new Gateway("again", later);
    };
    expect(await problemOf(both)).toBeNull();
  });
});

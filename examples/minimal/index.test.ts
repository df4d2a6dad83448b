// Tests of the program beside it, with mocks in place of Pulumi's engine: no host, no stack. Run: node --test

import assert from "node:assert/strict";
import { test } from "node:test";
import { type Output, runtime } from "@pulumi/pulumi";
import { ArgumentsError, Gateway } from "pulumi-tsproxy";

const registered: runtime.MockResourceArgs[] = [];

runtime.setAllConfig({
  "tsproxy-minimal:host": "gateway.lan",
  "tsproxy-minimal:primaryAddress": "100.64.0.10",
  "tsproxy-minimal:workAuthKey": "tskey-auth-1",
});
await runtime.setMocks(
  {
    newResource(args) {
      registered.push(args);
      return { id: args.name, state: args.inputs };
    },
    call: ({ inputs }) => inputs,
  },
  "tsproxy-minimal",
  "test",
);
const program = await import("./index.ts");

test("it tells where the proxy is", async () => {
  assert.match(await known(program.tryIt), /^curl -x socks5h:\/\/100\.64\.0\.10:11080 /);
});

test("clients are those of the primary tailnet", () => {
  const gateway = registered.find(({ type }) => type === "tsproxy:index:Gateway");
  assert.deepEqual(gateway?.inputs.clients, ["100.64.0.0/10", "fd7a:115c:a1e0::/48"]);
});

test("a wrong argument stops the program before anything is made", () => {
  const ssh = { host: "gateway.lan", hostKey: "" };
  assert.throws(() => new Gateway("away", { ssh, primaryAddress: "100.64.0" }), ArgumentsError);
});

function known<Value>(output: Output<Value>): Promise<Value> {
  return new Promise((resolve) => void output.apply(resolve));
}

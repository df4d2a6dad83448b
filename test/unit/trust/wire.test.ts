import { homeHost, oneTailnet } from "../../fake/home.ts";
import { Stack } from "../../fake/stack.ts";
import { wired } from "../../fake/wire.ts";

it("carries the life of a gateway as text, to the same end as without it", async () => {
  const [near, far] = [homeHost(), homeHost()];
  const pictures = await Promise.all(
    [near, wired(far)].map(async (host) => {
      const stacks = oneTailnet().map(({ key, wish }) => ({ stack: new Stack(host, { key }), wish }));
      for (const { stack, wish } of stacks) await stack.up(wish);
      const outputs = stacks.map(({ stack: { outputs } }) => ({ ...outputs, nonce: "" }));
      for (const { stack } of stacks) expect(await stack.refresh()).toBeNull();
      for (const { stack } of [...stacks].reverse()) await stack.destroy();
      return outputs;
    }),
  );
  expect(pictures[1]).toEqual(pictures[0]);
  expect(String(far)).toBe(String(near));
});

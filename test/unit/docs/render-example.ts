/**
 * Runs an example as Node runs it under Pulumi, with mocks in place of the engine, and prints what it
 * registers as JSON: `node render-example.ts minimal '{"host": "gateway.lan", …}'`.
 */
import { argv, exit, stdout } from "node:process";
import { all, output, runtime } from "@pulumi/pulumi";

/** A resource that an example registered. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What an example is made of, and what it says at the end. */
export interface Rendered {
  readonly resources: readonly Registered[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

const node = { state: "Running", addresses: ["100.64.0.2"], dnsName: "home-work.example" };
const facts = { architecture: "x86_64", probes: { tailnet: node } };

async function render(example: string, config: Readonly<Record<string, string>>): Promise<Rendered> {
  const project = `tsproxy-${example}`;
  const resources: Registered[] = [];
  const settings = Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]);
  runtime.setAllConfig(Object.fromEntries(settings));
  await runtime.setMocks(
    {
      newResource({ type, name, inputs, id = name }) {
        resources.push({ type, name, inputs });
        return { id, state: { ...inputs, facts } };
      },
      call: () => ({}),
    },
    project,
    "test",
  );
  const file = new URL(`../../../examples/${example}/index.ts`, import.meta.url);
  const exports = (await import(file.href)) as Record<string, unknown>;
  const outputs = await new Promise<Record<string, unknown>>((done) => {
    all([output({ ...exports })]).apply(([values]) => done(values as Record<string, unknown>));
  });
  // what waits for others is registered later than anything that is said
  await runtime.disconnect();
  return { resources, outputs };
}

const [, , example = "", config = "{}"] = argv;
stdout.write(JSON.stringify(await render(example, JSON.parse(config) as Record<string, string>)), () =>
  exit(0),
);

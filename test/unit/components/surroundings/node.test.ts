import { nodeProblem, OLDEST } from "../../../../components/surroundings/node.ts";
import { textOf } from "../../docs/documents.ts";

describe("the version of Node", () => {
  it.each(["22.18.0", "22.19.1", "24.0.0", "26.1.0-nightly"])("may be %s", (version) =>
    expect(nodeProblem(version)).toBeNull(),
  );

  it.each(["18.20.8", "20.19.5", "22.17.1"])("is told to be too old when it is %s", (version) =>
    expect(nodeProblem(version)).toBe(
      `pulumi-tsproxy needs Node 22.18 or newer, and this is ${version}: install a newer one where Pulumi runs`,
    ),
  );

  it("is the one that npm is told", () => {
    const { engines } = JSON.parse(textOf("package.json")) as { engines: { node: string } };
    expect(engines.node).toBe(`>=${OLDEST}`);
  });

  it("is looked at before anything else of the library is loaded", () =>
    expect(textOf("components/index.ts")).toMatch(/^import "\.\/surroundings\/node\.ts";\n/));
});

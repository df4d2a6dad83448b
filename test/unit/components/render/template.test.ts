import { fill } from "../../../../components/render/template.ts";

it("fills in values without escaping them", () => {
  expect(fill("dns/host.zone", { suffix: "<a&'b'>", name: "n", port: 53, inside: "i" })).toContain(
    "<a&'b'>.:53 {",
  );
});

it("refuses a view without a key that the template names", () => {
  expect(() => fill("dns/host.zone", { suffix: "work", name: "n", port: 53 })).toThrow(
    'dns/host.zone: no value for "inside"',
  );
});

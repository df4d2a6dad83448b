import { shortUrn, TYPE, urnOf } from "../../providers/urn.ts";
import { identity } from "./engine/make.ts";

describe("the URN of a HostState", () => {
  it.each([
    ["G$N::home-work-tailnet", "tsproxy:index:Gateway$tsproxy:index:NetnsTailnet$", "home-work-tailnet"],
    ["my:site:Site$G::a::b", "my:site:Site$tsproxy:index:Gateway$", "a::b"],
    ["::alone", "", "alone"],
  ])("is kept as %s", (short, parents, name) => {
    const urn = `urn:pulumi:prod::home::${parents}${TYPE}::${name}`;
    expect(shortUrn(urn)).toBe(short);
    expect(urnOf(identity, short)).toBe(urn);
  });

  it("is none in a state of an earlier release", () => expect(urnOf(identity, undefined)).toBe(""));
});

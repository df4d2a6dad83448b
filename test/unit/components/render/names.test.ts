import * as fc from "fast-check";
import { tailnetNames, tailnetUnit } from "../../../../components/render/names.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}[a-z0-9]$/);
const word = fc.constantFrom("tailscaled", "online", "dns", "socks", "relay", "suffix", "route", "http");

describe("the unit names of a tailnet", () => {
  it("are those of no other tailnet, whatever both are called", () => {
    fc.assert(
      fc.property(name, word, name, word, (one, oneWord, other, otherWord) => {
        const [longer, theirs] = [`${one}-${oneWord}`, `${other}-${otherWord}`];
        expect(tailnetUnit(one, oneWord) === tailnetUnit(other, otherWord)).toBe(
          one === other && oneWord === otherWord,
        );
        expect(tailnetUnit(longer, otherWord)).not.toBe(tailnetUnit(one, otherWord));
        expect(tailnetUnit(theirs, oneWord)).not.toBe(tailnetUnit(other, oneWord));
      }),
    );
  });

  it("end with a word without a hyphen", () => {
    const { netns, socksDoor, ...units } = tailnetNames("a-b").units;
    for (const unit of Object.values(units))
      expect(unit).toMatch(/^tsproxy-a-b-[a-z0-9]+\.(?:service|socket)$/);
    expect([netns, socksDoor]).toEqual(["tsproxy_netns-a-b.service", "tsproxy_socks-a-b.service"]);
  });

  it.each(["http-relay", "Relay", "", "a_b"])("do not end with %j", (wrong) => {
    expect(() => tailnetUnit("work", wrong)).toThrow(`"${wrong}" is no word for a unit`);
  });
});

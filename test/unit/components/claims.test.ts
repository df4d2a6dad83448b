import { type Claim, Claims } from "../../../components/claims.ts";

const claim = (kind: Claim["kind"], value: string, holder: string): Claim => ({
  kind,
  value,
  holder,
  path: kind,
});

describe("claims of neighbours", () => {
  it.each<[Claim["kind"], string, string, string]>([
    [
      "resource",
      "socks-work",
      "socks-work",
      'B is "socks-work" on this gateway already; another name is needed, or only one of them',
    ],
    ["port", "11080", "11080", "11080 is taken by B; each needs a port of its own"],
    ["suffix", "work", "work", '"work" is taken by B; each tailnet needs suffixes and domains of its own'],
    [
      "suffix",
      "eu.work",
      "work",
      '"eu.work" and "work" of B contain one another; suffixes and domains must not be nested',
    ],
    [
      "suffix",
      "work",
      "eu.work",
      '"work" and "eu.work" of B contain one another; suffixes and domains must not be nested',
    ],
    [
      "name",
      "eu.work",
      "work",
      '"eu.work" and "work" of B would lead to two tailnets; a name ends in one of them only',
    ],
    [
      "veth",
      "10.200.0.4/30",
      "10.200.0.4/30",
      '10.200.0.4/30 overlaps with 10.200.0.4/30 of B; set "veth" of one of them, for example "10.200.255.0/30"',
    ],
  ])("do not share a %s: %s and %s", (kind, mine, theirs, text) => {
    const claims = new Claims();
    claims.claim([claim(kind, theirs, "B")]);
    expect(claims.claim([claim(kind, mine, "A")])).toEqual([{ path: kind, text }]);
  });

  it.each<[Claim["kind"], string, string]>([
    ["resource", "work", "lab"],
    ["port", "11080", "11081"],
    ["suffix", "work", "network"],
    ["veth", "10.200.0.4/30", "10.200.0.8/30"],
  ])("may have a %s each: %s and %s", (kind, mine, theirs) => {
    const claims = new Claims();
    expect([...claims.claim([claim(kind, theirs, "B")]), ...claims.claim([claim(kind, mine, "A")])]).toEqual(
      [],
    );
  });

  it("have names of the one port and suffixes apart, but those of one tailnet", () => {
    const claims = new Claims();
    claims.claim([{ ...claim("suffix", "work.internal", "A"), tailnet: "work" }]);
    expect(claims.claim([{ ...claim("name", "work.internal", "B"), tailnet: "work" }])).toEqual([]);
    const text =
      '"eu.work.internal" and "work.internal" of A would lead to two tailnets; a name ends in one of them only';
    expect(claims.claim([{ ...claim("name", "eu.work.internal", "C"), tailnet: "lab" }])).toContainEqual({
      path: "name",
      text,
    });
  });

  it("lose nothing to one that was refused", () => {
    const claims = new Claims();
    claims.claim([claim("port", "1", "A")]);
    claims.claim([claim("port", "2", "B"), claim("port", "1", "B")]);
    expect(claims.claim([claim("port", "2", "C")])).toEqual([]);
  });
});

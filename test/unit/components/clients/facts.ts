import fc from "fast-check";
import { checkClientFacts } from "../../../../components/arguments/client-facts.ts";
import type { ClientFacts, TailnetFacts } from "../../../../components/render/clients/facts.ts";

/** Ends of names of which some contain others. */
const NAMES = [
  "internal",
  "work.internal",
  "a.work.internal",
  "lab.internal",
  "work",
  "ab.internal",
  "b.internal",
];
const TAILNETS = ["work", "lab", "shop"];

const tailnet: fc.Arbitrary<TailnetFacts> = fc.record(
  {
    port: fc.integer({ min: 1, max: 65535 }),
    speaksHttp: fc.boolean(),
    users: fc.subarray(["ann", "bob"]),
    suffix: fc.constantFrom(...NAMES),
    domains: fc.subarray(["ts.net", "b.ts.net"]),
    isRouted: fc.boolean(),
  },
  { requiredKeys: [] },
);

const gateway = (address: string) =>
  fc.record({
    address: fc.constant(address),
    dnsPort: fc.constantFrom(53, 5353),
    tailnets: fc.dictionary(fc.constantFrom(...TAILNETS), tailnet),
  });

/** Facts of one or two gateways that nothing is wrong with. */
export const soundFacts: fc.Arbitrary<ClientFacts> = fc
  .tuple(gateway("100.64.0.10"), fc.option(gateway("100.64.0.11"), { nil: undefined }))
  .map((all) => all.filter((one) => one !== undefined))
  .filter((facts) => checkClientFacts(facts).problems.length === 0);

/** A name below one of those ends, or foreign: `nas.work.internal`, `xwork.internal`, `nas.example`. */
export const hostName: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("", "nas.", "10.0.0.50.", "x", "wiki.corp."),
    fc.constantFrom(...NAMES, "ts.net", "b.ts.net", "example", "internal.example"),
  )
  .map((parts) => parts.join(""));

/** The end that counts for a name, worked out without what is tested. */
export function endOf(facts: ClientFacts, name: string): string | undefined {
  const all = facts.flatMap(({ tailnets }) =>
    Object.values(tailnets).flatMap(({ suffix, domains = [] }) => [suffix ?? [], domains].flat()),
  );
  const labels = name.split(".");
  const candidates = labels.map((_, index) => labels.slice(index).join("."));
  return candidates.find((candidate) => all.includes(candidate));
}

/** Where that end leads: ports, whether they speak HTTP and ask for logins, in the order of gateways. */
export function portsOf(facts: ClientFacts, end: string | undefined) {
  return facts.flatMap(({ address, tailnets }) =>
    Object.values(tailnets).flatMap(({ port, suffix, domains = [], users = [], speaksHttp = false }) => {
      const isLed = end !== undefined && (suffix === end || domains.includes(end));
      if (port === undefined || !isLed) return [];
      return [{ place: `${address}:${port}`, speaksHttp, hasLogins: users.length > 0 }];
    }),
  );
}

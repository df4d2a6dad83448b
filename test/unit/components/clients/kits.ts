import type { ClientFacts } from "../../../../components/render/clients/facts.ts";

/** Kits that are reviewed, by the names of their folders in test/golden/clients. */
export const kits: Readonly<Record<string, ClientFacts>> = {
  "two-tailnets": [
    {
      address: "100.64.0.10",
      tailnets: {
        work: { port: 11080, speaksHttp: true, suffix: "work.internal" },
        lab: { port: 11081, speaksHttp: true, suffix: "lab.internal" },
      },
    },
  ],
  routes: [
    {
      address: "100.64.0.10",
      tailnets: { work: { suffix: "work.internal", domains: ["tail1234.ts.net"], isRouted: true } },
    },
  ],
  "two-gateways": [
    {
      address: "100.64.0.10",
      onePort: 1080,
      tailnets: {
        work: { port: 11080, speaksHttp: true, suffix: "work.internal", domains: ["tail1234.ts.net"] },
        lab: { port: 11081, suffix: "lab.internal", isRouted: true },
        shop: { port: 11082, speaksHttp: true, users: ["ann", "bob"], suffix: "shop.internal" },
        bare: { port: 11083 },
      },
    },
    {
      address: "100.64.0.11",
      dnsPort: 5353,
      tailnets: {
        work: { port: 12080, speaksHttp: true, suffix: "work.internal" },
        inner: { suffix: "inner.work.internal", isRouted: true },
        old: { port: 12081, users: ["ann"], suffix: "old.work.internal" },
      },
    },
  ],
};

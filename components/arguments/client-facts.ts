import { z } from "zod";
import { namesOf } from "../render/clients/ends.ts";
import type { ClientFacts } from "../render/clients/facts.ts";
import { nameLike } from "./suffix-dns.ts";
import { type Checked, check } from "./values/check.ts";
import { address, port } from "./values/network.ts";
import { group, list, named, shortName, text, yesOrNo } from "./values/plain.ts";
import type { Problem } from "./values/problem.ts";
import { refusal } from "./values/refusal.ts";
import { isUserName, USER_NAME } from "./values/users.ts";

const tailnet = group({
  port: port.optional(),
  speaksHttp: yesOrNo.optional(),
  users: list("a list of user names", text(USER_NAME, isUserName)).optional(),
  suffix: nameLike("work.internal").optional(),
  domains: list("a list of domains", nameLike("tail1234.ts.net")).optional(),
  isRouted: yesOrNo.optional(),
});

const tailnets = named(
  "an object of tailnets by their names",
  (name) => shortName.safeParse(name, { reportInput: true }).error?.issues[0]?.message ?? null,
  tailnet,
);

const gateway = group({ address, dnsPort: port.optional(), onePort: port.optional(), tailnets });

const schema = z.array(gateway, { error: refusal("a list of gateways") });

/**
 * @internal
 * Looks at what clients are to know of gateways: that it is whole, and leads each name to one tailnet.
 *
 * @param at put before every path.
 */
export function checkClientFacts(facts: unknown, at = ""): Checked<ClientFacts> {
  const { settings, problems } = check(schema, facts, at);
  if (settings === null) return { settings, problems };
  const collisions = [...twoAtOneAddress(settings, at), ...twoTailnetsForOneEnd(settings, at)];
  return collisions.length > 0 ? { settings: null, problems: collisions } : { settings, problems: [] };
}

function twoAtOneAddress(facts: ClientFacts, at: string): Problem[] {
  return facts.flatMap(({ address: own }, index) => {
    const first = facts.findIndex((other) => other.address === own);
    if (first === index) return [];
    const text = `"${own}" is that of [${first}] already; gateways in different primary tailnets need kits of their own`;
    return [{ path: `${at}[${index}].address`, text }];
  });
}

function twoTailnetsForOneEnd(facts: ClientFacts, at: string): Problem[] {
  const owners = new Map<string, string>();
  return facts.flatMap((one, index) =>
    Object.entries(one.tailnets).flatMap(([name, own]) =>
      namesOf(own).flatMap((end) => {
        const owner = owners.get(end) ?? name;
        owners.set(end, owner);
        if (owner === name) return [];
        const text = `"${end}" ends names of tailnet ${owner} already; clients find one tailnet by it`;
        return [{ path: `${at}[${index}].tailnets.${name}`, text }];
      }),
    ),
  );
}

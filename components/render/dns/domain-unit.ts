import { DOMAIN_SCRIPT, RUN, type TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { fill } from "../template.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { follower } from "./follower.ts";

export interface DomainUnit {
  /** Name of the tailnet on the host. */
  readonly name: string;
  readonly names: TailnetNames;
  readonly place: Place;
  readonly suffix: string;
  /** Regular expression for a machine's name under the suffix; its first group is the machine. */
  readonly machinePattern: string;
}

/** Text of the script at `DOMAIN_SCRIPT`, the Gateway's file: it keeps rules for names of machines in line with a domain. */
export function domainScript(): string {
  return fill("dns/follower/domain", { run: RUN });
}

/** Follows the domain of the tailnet: the rules for the resolver are there when it has started. */
export function domainUnit({ name, names, place, suffix, machinePattern }: DomainUnit): UnitText {
  return {
    name: names.units.domain,
    sections: follower({
      names,
      place,
      word: "domain",
      about: { description: `Domain of tailnet ${name} is known`, after: [names.units.dns] },
      script: (what) => [DOMAIN_SCRIPT, what, name, suffix, machinePattern],
      forget: ["/bin/rm", "-rf", names.rules],
    }),
    readAtStart: { [DOMAIN_SCRIPT]: domainScript() },
  };
}

import { ComponentResource, type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import { checkClientFacts } from "./arguments/client-facts.ts";
import { ArgumentsError } from "./arguments/values/problem.ts";
import { accepted } from "./child.ts";
import { filesOf } from "./clients/files.ts";
import { factsOf, type Known } from "./clients/known.ts";
import { linesOf } from "./clients/lines.ts";
import { RouteBridge } from "./route-bridge.ts";
import { SocksBridge } from "./socks-bridge.ts";
import { SuffixDns } from "./suffix-dns.ts";

export interface ClientKitArgs {
  /**
   * What leads clients into tailnets, at one gateway or several of the same primary tailnet. A tailnet that has the same
   * name on two of them is one tailnet, which clients reach by either.
   */
  readonly components: readonly (SocksBridge | RouteBridge | SuffixDns)[];
}

/**
 * Files for clients: browsers, ssh, git, curl, shells, resolvers of every system. Nothing is written anywhere, and nothing
 * in them is secret: of a login they have the name of a user.
 *
 * @example
 * const kit = new ClientKit("clients", { components: [workSocks, workDns, labRoutes, labDns] });
 * export const clientKit = kit.facts;
 */
export class ClientKit extends ComponentResource {
  /** What the files are made of, a line for each tailnet of a gateway: short, so that a stack may have it as an output. */
  readonly facts: Output<string[]>;
  /** Text by path in the kit: `README.md`, `browsers/proxy.pac`, …. Made anew at each run, and in no state by itself. */
  readonly files: Output<Record<string, string>>;

  /** @throws ArgumentsError with everything that is wrong with `args`, ends of names that lead to two tailnets included. */
  constructor(name: string, args: ClientKitArgs, options?: ComponentResourceOptions) {
    const holder = `ClientKit "${name}"`;
    const sound = accepted(holder, checkClientFacts(factsOf(knownOf(args, holder))), options, () => []);
    const facts = linesOf(sound);
    super("tsproxy:index:ClientKit", name, { facts }, options);
    this.facts = output(facts);
    this.files = output(filesOf(sound));
    this.registerOutputs({ facts });
  }
}

function knownOf({ components }: ClientKitArgs, holder: string): Known[] {
  const given: unknown = components;
  if (!Array.isArray(given))
    throw new ArgumentsError(holder, [{ path: "components", text: `is missing: a list of ${ALLOWED}` }]);
  const problems = given.flatMap((one: unknown, index) =>
    isClientComponent(one) ? [] : [{ path: `components[${index}]`, text: `is not one of ${ALLOWED}` }],
  );
  if (problems.length > 0) throw new ArgumentsError(holder, problems);
  return components.map(({ known }) => known);
}

const CLASSES = [SocksBridge, RouteBridge, SuffixDns];
const ALLOWED = CLASSES.map(({ name }) => name).join(", ");

function isClientComponent(one: unknown): boolean {
  return CLASSES.some((Class) => one instanceof Class);
}

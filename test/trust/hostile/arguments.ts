import { ArgumentsError } from "../../../components/arguments/values/problem.ts";
import type { Desired } from "../../../providers/engine/kinds/desired.ts";
import { linesOf, ownedBy } from "../../../providers/engine/state/owned.ts";
import type { Subject, Trial } from "../contract.ts";
import { HARMLESS, type Path, type Rendered, rendered, withHostileValue } from "./configurations.ts";
import { mustBeFitToShow } from "./terminal.ts";

const PER_CASE = 10;

/** @param look at arguments, and render them */
export function argumentsTrial(look = rendered): Trial {
  return {
    name: "a hostile argument is refused with its path, or stands where it belongs and changes nothing around it",
    on: "memory",
    cases: { fast: 60, whole: 1200 },
    async open() {
      let values = 0;
      let taken = 0;
      const usual = rendered(HARMLESS);
      if ("refused" in usual) throw new Error(`the harmless arguments are refused: ${usual.refused.join()}`);
      const subject: Subject = {
        async try(one) {
          for (let n = 0; n < PER_CASE; n++) {
            const { path, value, args } = withHostileValue(one);
            values++;
            const result = look(args);
            if ("refused" in result) mustName(path, result.refused);
            else {
              taken++;
              const what = `${path.join(".")} ${JSON.stringify(value)}`;
              mustHaveSameShape(what, result.desired, usual.desired);
              mustStandWhereItBelongs(what, result);
            }
          }
        },
        close: async () => undefined,
        figures: () => ({ "hostile arguments": values, "of them taken": taken }),
      };
      return subject;
    },
  };
}

function mustName(path: Path, refused: readonly string[]): void {
  const name = path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .slice(1);
  if (!refused.some((line) => line.startsWith(`${name}: `)))
    throw new Error(`${name} is refused without being named: ${refused.join("; ")}`);
  mustBeFitToShow("a refusal", new ArgumentsError("configuration", refused.map(problemOf)).message);
}

function problemOf(line: string) {
  const [path = "", ...rest] = line.split(": ");
  return { path, text: rest.join(": ") };
}

/** Whatever the values: as many files and lines, and in each line the same between the words. */
function mustHaveSameShape(what: string, desired: readonly Desired[], usual: readonly Desired[]): void {
  const [shape, wanted] = [shapeOf(desired), shapeOf(usual)];
  const at = wanted.findIndex((line, number) => shape[number] !== line);
  if (at < 0 && shape.length === wanted.length) return;
  throw new Error(
    `${what} changes what stands around it: ${JSON.stringify(shape[at])} was ${JSON.stringify(wanted[at])}`,
  );
}

function shapeOf(desired: readonly Desired[]): string[] {
  return desired.flatMap((one) => {
    linesOf(ownedBy(one)); // refuses names that do not fit into a manifest
    return Object.entries(one.files)
      .filter(([path]) => !path.endsWith("/ca/extra.pem"))
      .flatMap(([path, { content }]) => [path, ...(typeof content === "string" ? content.split("\n") : [])])
      .map((line) => line.replaceAll("[.]", ".")) // a dot of a pattern: names have any number of them
      .map((line) => line.replace(/[A-Za-z0-9._~:/\\-]+/g, "w").replaceAll('"w"', '""')); // what may be empty
  });
}

function mustStandWhereItBelongs(what: string, { tailnet, desired }: Rendered): void {
  const files = Object.fromEntries(desired.flatMap(({ files }) => Object.entries(files)));
  const text = (end: string) => {
    const content = Object.entries(files).find(([path]) => path.endsWith(end))?.[1].content;
    if (typeof content !== "string") throw new Error(`${what}: there is no ${end}`);
    return content;
  };
  const { Hostname, exitNode, AdvertiseRoutes, ServerURL } = JSON.parse(text("/node.json"));
  const { hostname, exitNode: node, advertiseRoutes, loginServer, caCertificates } = tailnet;
  const found = { hostname: Hostname, exitNode, advertiseRoutes: AdvertiseRoutes, loginServer: ServerURL };
  const wanted = { hostname, exitNode: node, advertiseRoutes, loginServer };
  if (JSON.stringify(found) !== JSON.stringify(wanted)) throw new Error(`${what} is lost in node.json`);
  if (text("/ca/extra.pem") !== caCertificates) throw new Error(`${what} is lost in extra.pem`);
}

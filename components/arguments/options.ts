import type { Problem } from "./values/problem.ts";

/** Options of Pulumi that end at the component, where nothing is made, and what does instead. */
const INERT: Readonly<Record<string, string>> = {
  ignoreChanges:
    'arguments are compared where they are written to the host; a transform of resources of the type HostState.type can ignore "desired"',
  replaceOnChanges: "a host is changed in place; `pulumi up --replace` makes a resource anew",
  customTimeouts: "the first login is waited for as long as loginTimeout of its NetnsTailnet says",
};

/** @internal What is wrong with the options of a component: those that would do nothing, and not say so. */
export function optionProblems(options: object = {}): Problem[] {
  return Object.entries(INERT)
    .filter(([option]) => Reflect.get(options, option) !== undefined)
    .map(([option, instead]) => ({
      path: `options.${option}`,
      text: `does nothing on a component: ${instead}`,
    }));
}

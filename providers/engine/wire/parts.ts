import { readFileSync } from "node:fs";
import { leaveKinds, probeKinds } from "../kinds/extension.ts";
import { PACKAGE_MANAGERS } from "../kinds/package.ts";

const read = (name: string) => readFileSync(new URL(`../program/${name}.sh`, import.meta.url), "utf8");

const MANAGERS = [
  ...Object.keys(PACKAGE_MANAGERS).map(read),
  `MANAGERS='${Object.keys(PACKAGE_MANAGERS).join(" ")}' manager=`,
  'for m in $MANAGERS; do [ -n "$manager" ] || ! "${m}_here" || manager=$m; done',
];
const LOOK = read("look");
const STEPS = ["base", "file", "unit", "kernel", "package", "download", "manifest", "confirm"].map(read);
const REQUIREMENTS = ["requirements", "let-in"].map(read);

/** What a program that looks begins with. */
export function lookParts(): readonly string[] {
  const probes = probeKinds();
  return [
    LOOK,
    ...MANAGERS,
    ...probes.map(({ program }) => program),
    `PROBES='${probes.map(({ kind }) => kind).join(" ")}'`,
  ];
}

/** What a program that does steps has besides. */
export function stepParts(): readonly string[] {
  return [...STEPS, ...leaveKinds().map(({ program }) => program)];
}

/** What a program that asks for requirements has besides; package lists are brought up to date by functions of steps. */
export function requirementParts(): readonly string[] {
  return [...STEPS, ...REQUIREMENTS];
}

import type { FieldCase } from "../case.ts";

const WORDS = "test/unit/engine/pulumi/words.test.ts";
const PREVIEW = "test/host/preview.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "F11",
    happens: "a port is changed, and the change previewed",
    before: "75 to 95 lines with the whole resource, among them one with the port; the new address unknown",
    now: "`port 11080 -> 11082` and what restarts, at the resource; with `--diff` the lines that differ; outputs that arguments decide stay known",
    test: [
      PREVIEW,
      "of another port says so at the resource, shows no more than differs, and knows the new address",
    ],
  },
  {
    id: "N-preview-1",
    happens: "a table is flushed or a file edited, and the drift previewed",
    before: "up to 836 lines that say `intact: false => true`, and digests",
    now: "a sentence for each difference: which file was edited, which unit does not run, whose rules are missing",
    test: [PREVIEW, "of what was changed on the host names file and resource, and is as short"],
  },
  {
    id: "N-preview-2",
    happens: "anything else drifts, or changes",
    before: "names and values of properties",
    now: "words for each kind of difference, of what has drifted and of what an update will do",
    test: [WORDS, "%j is %j"],
  },
  {
    id: "F12",
    happens: "an `up` succeeds in which a step took longer than two seconds",
    before: "it ended with `Diagnostics: … start tsproxy-work-dns.service … 2 s`",
    now: "progress is a status that says how long it took, and is gone at the end",
    test: [PREVIEW, "is followed by an update that leaves nothing of its progress behind"],
  },
  {
    id: "N-preview-3",
    happens: "`destroy` on a host where other packages need those that it installed",
    before: "`remove packages ca-certificates curl iproute2 nftables`, and two were removed",
    now: "only what is removed is said to be",
    test: ["test/unit/engine/wire/program.test.ts", "says of packages only that those are removed which are"],
  },
  {
    id: "G5",
    happens: "a program reads `preview --json`, or a resource has `replaceOnChanges`",
    before: "`detailedDiff` was null, and `replaceOnChanges` without effect",
    now: "each property of the inputs that differs is in `detailedDiff`",
    test: [PREVIEW, "tells programs what differs, property by property"],
  },
  {
    id: "G11",
    happens: "a program follows the events of a run",
    before: "what the provider said had no URN",
    now: "advice, drift and changes have that of their resource; progress has none, as it is of one program for several",
    test: [
      "test/unit/pulumi-log.test.ts",
      "is shown at the resource that it is about, as one message, and stays",
    ],
  },
  {
    id: "N-preview-4",
    happens: "drift is found by `refresh`, and mended by hand before the next `refresh`",
    before: "a file that had been missing was not looked at any more",
    now: "the state keeps what was wanted beside what was found, and compares with that",
    test: [
      "test/unit/engine/pulumi/lifecycle.test.ts",
      "says what differs, and what is wanted again when nothing differs any more",
    ],
  },
];

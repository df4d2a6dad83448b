import type { FieldCase } from "../case.ts";

const COMPONENTS = "test/unit/components/components.test.ts";
const CONFIGURATION = "test/unit/components/configuration.test.ts";
const ARGUMENTS = "test/unit/components/arguments.test.ts";
const EXAMPLES = "test/unit/docs/examples.test.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "E1",
    happens: "`npm install` in a checkout on Windows",
    before: "the build called `rm` and `cp`",
    now: "the build needs Node alone",
    test: [
      "test/unit/build.test.ts",
      "needs nothing but Node, and takes along what the sources read beside them",
    ],
  },
  {
    id: "E2",
    happens: "the primary address of a machine that the same program makes, or `ssh` as one Output",
    before: "`an object is not an IPv4 address`; for `ssh` a list of unknown arguments",
    now: "that it must be known before anything is made, and how to come by it",
    test: [ARGUMENTS, "with %s are refused"],
  },
  {
    id: "E4",
    happens: "a package in between depends on the library, and the program does not (pnpm)",
    before: "`Cannot find package 'pulumi-tsproxy' imported from …`, with a stack",
    now: "what to add, and where, before anything is made",
    test: [
      "test/unit/components/surroundings/engine.test.ts",
      "is told to be missing where only a package in between depends on it",
    ],
  },
  {
    id: "F3",
    happens: "a mistake in the configuration or in an argument",
    before: "18 to 46 s of silence and 2 GB of memory, until Node gave up colouring the stack of the error",
    now: "the error after 2 s",
    test: [
      "test/unit/components/problem.test.ts",
      "says what is wrong and where in the program, and has no line of a library that Node cannot colour",
    ],
  },
  {
    id: "F5",
    happens: "the `curl` line of `tryIt` is pasted",
    before: "a page for browsers that names neither node nor tailnet",
    now: "an answer that begins with the names of both",
    test: [
      "test/host/main-job.test.ts",
      "gives a line for each SOCKS port that tells, as it is pasted, as whom and in which tailnet it speaks",
    ],
  },
  {
    id: "F6",
    happens: "a tailnet is taken out of the configuration, and its secret stays",
    before: "refused as a typo of another secret",
    now: "done, with a warning that has the command to take the secret out",
    test: [
      CONFIGURATION,
      "may have secrets of what was taken out of it, and warns of them with the command that takes them out",
    ],
  },
  {
    id: "F7",
    happens: "`npx pulumi-tsproxy pin` in a checkout",
    before: "`Permission denied` after `npm pack`",
    now: "it runs",
    test: ["test/unit/build.test.ts", "makes a command that can be run where it lies"],
  },
  {
    id: "F8",
    happens: "a misspelt argument in a program of one's own",
    before: "nothing looked at types before the program ran",
    now: "`npx tsc`, with a tsconfig.json to copy",
    test: [EXAMPLES, "examples/minimal is checked by the compiler, with the settings that README.md shows"],
  },
  {
    id: "F9",
    happens: "`primaryAdress`, `authkey`, `client`",
    before: "the names of all arguments",
    now: "the name that was meant, too",
    test: [ARGUMENTS, "with %s instead are refused, and told what was meant"],
  },
  {
    id: "F15",
    happens: "`tsproxy:gateways` is missing or misspelt",
    before: "`Missing required configuration variable`, after half a minute",
    now: "where to begin: the example to copy",
    test: [CONFIGURATION, "says where to begin when there is none: %s"],
  },
  {
    id: "G2",
    happens: "`up --target` with a new tailnet that is not targeted; a user's tests with Pulumi's mocks",
    before: "`Cannot destructure property 'probes' of 'undefined'`, after the targeted update was applied",
    now: "the program goes on; what only a node can tell is empty",
    test: [
      "test/unit/components/mocks.test.ts",
      "are made, and know nothing of their nodes: with mocks, or as new ones that --target leaves out",
    ],
  },
  {
    id: "G3",
    happens: "two versions of the library side by side",
    before: "the engine of one drove what the other had rendered, and a mixed-up gateway was `missing`",
    now: "both versions and their places are named, before anything is made",
    test: [
      "test/unit/components/surroundings/engine.test.ts",
      "is told to be another one than the components are made by",
    ],
  },
  {
    id: "G4",
    happens: "a policy, a transform or a review reads a component",
    before: "no inputs, and generated files only",
    now: "its arguments with their defaults, secrets aside",
    test: [
      "test/unit/components/registered.test.ts",
      "registers the arguments of its components for transforms and policies, without what is secret",
    ],
  },
  {
    id: "G6",
    happens: "`ignoreChanges`, `replaceOnChanges` or `customTimeouts` on a component",
    before: "did nothing, and did not say so",
    now: "refused, with what does it instead",
    test: [COMPONENTS, "refuse options that would do nothing, with everything else that is wrong"],
  },
  {
    id: "G7",
    happens: "`--target` for one gateway of a program",
    before: "its tailnets were left out, or stopped the update",
    now: "`--target '**::home' --target-dependents` is the gateway with all that stands on it",
    test: [COMPONENTS, "are children of what they stand on, and known by where states of 0.1.0 have them"],
  },
  {
    id: "N-pulumi-2",
    happens: "Node 20",
    before: "taken without a word",
    now: "refused, with the version that is needed",
    test: ["test/unit/components/surroundings/node.test.ts", "is told to be too old when it is %s"],
  },
  {
    id: "N-pulumi-1",
    happens: "secrets in the clear under `tsproxy:secrets`",
    before: "no warning",
    now: "a warning with the commands that put it right",
    test: [COMPONENTS, "warn of secrets that stand in the clear"],
  },
];

import type { Case } from "../contract.ts";

type Tree = Readonly<Record<string, unknown>>;

/** A program as its author thinks of it; the order of gateways and tailnets is that of the lines. */
export interface Draft {
  readonly gateways: readonly Entry<Gateway>[];
}

/** A line `key: value` of the configuration. */
interface Entry<V> {
  readonly key: string;
  readonly value: V;
}

interface Gateway {
  /** Which of the machines. */
  readonly machine: number;
  readonly options: Tree;
  readonly tailnets: readonly Entry<Tailnet>[];
}

export interface Tailnet {
  readonly authKey: string;
  /** What stands in the configuration. */
  readonly options: Tree;
}

/** What edits choose from. */
export interface Choices {
  readonly machines: number;
  readonly gateways: readonly [string, ...string[]];
  readonly tailnets: readonly [string, ...string[]];
  readonly authKeys: readonly [string, ...string[]];
  /** Values by option; `undefined` leaves the option out. */
  readonly gatewayOptions: Values;
  readonly tailnetOptions: Values;
}

type Values = Readonly<Record<string, readonly [unknown, ...unknown[]]>>;

type Edit = (draft: Draft, choices: Choices, chance: Case) => Draft;

/** Each may come to nothing, or to something that the program refuses. */
const EDITS: readonly [Edit, ...Edit[]] = [
  /** add a gateway */
  (draft, choices, chance) => ({
    gateways: [
      ...draft.gateways,
      {
        key: chance.pick(choices.gateways),
        value: { machine: chance.below(choices.machines), options: {}, tailnets: [] },
      },
    ],
  }),
  /** remove a gateway */
  ({ gateways }, _, chance) => ({ gateways: without(gateways, chance.below(4)) }),
  /** give a gateway another name, the host stays */
  (draft, choices, chance) => ({
    gateways: atOne(draft.gateways, chance, ({ value }) => ({ key: chance.pick(choices.gateways), value })),
  }),
  /** take a gateway to another machine */
  (draft, choices, chance) =>
    inGateway(draft, chance, (gateway) => ({ ...gateway, machine: chance.below(choices.machines) })),
  /** reorder everything */
  ({ gateways }, _, chance) => ({
    gateways: chance.shuffled(
      gateways.map(({ key, value }) => ({
        key,
        value: { ...value, tailnets: chance.shuffled(value.tailnets) },
      })),
    ),
  }),
  ...twice(reconfigureGateway),
  ...twice(addTailnet),
  ...twice(addTailnet),
  /** remove a tailnet */
  (draft, _, chance) =>
    inGateway(draft, chance, (gateway) => ({
      ...gateway,
      tailnets: without(gateway.tailnets, chance.below(gateway.tailnets.length + 1)),
    })),
  /** give a tailnet another key, and with it other names of its resources and on the host */
  (draft, choices, chance) =>
    inGateway(draft, chance, (gateway) => ({
      ...gateway,
      tailnets: atOne(gateway.tailnets, chance, ({ value }) => ({
        key: chance.pick(choices.tailnets),
        value,
      })),
    })),
  /** two tailnets change places, with everything that is written below their keys */
  (draft, _, chance) =>
    inGateway(draft, chance, (gateway) => {
      const values = chance.shuffled(gateway.tailnets.map(({ value }) => value));
      return {
        ...gateway,
        tailnets: gateway.tailnets.map(({ key, value }, n) => ({ key, value: values[n] ?? value })),
      };
    }),
  ...twice(reconfigureTailnet),
  ...twice(reconfigureTailnet),
  /** a new auth key */
  (draft, choices, chance) =>
    inTailnet(draft, chance, (tailnet) => ({ ...tailnet, authKey: chance.pick(choices.authKeys) })),
];

/** The draft after one edit. */
export function edited(draft: Draft, choices: Choices, chance: Case): Draft {
  return chance.pick(EDITS)(draft, choices, chance);
}

function addTailnet(draft: Draft, choices: Choices, chance: Case): Draft {
  const key = chance.pick(choices.tailnets);
  const options = Object.fromEntries(
    Object.entries(choices.tailnetOptions)
      .filter(() => chance.below(3) === 0)
      .map(([name, values]) => [name, chance.pick(values)]),
  );
  const value = { authKey: chance.pick(choices.authKeys), options };
  return inGateway(draft, chance, (gateway) => ({
    ...gateway,
    tailnets: [...gateway.tailnets, { key, value }],
  }));
}

function reconfigureGateway(draft: Draft, choices: Choices, chance: Case): Draft {
  return inGateway(draft, chance, (gateway) => ({
    ...gateway,
    options: changed(gateway.options, choices.gatewayOptions, chance),
  }));
}

function reconfigureTailnet(draft: Draft, choices: Choices, chance: Case): Draft {
  return inTailnet(draft, chance, (tailnet) => ({
    ...tailnet,
    options: changed(tailnet.options, choices.tailnetOptions, chance),
  }));
}

function changed(options: Tree, values: Values, chance: Case): Tree {
  const [name] = chance.shuffled(Object.keys(values));
  const choice = name === undefined ? undefined : values[name];
  return name === undefined || choice === undefined ? options : { ...options, [name]: chance.pick(choice) };
}

function inGateway(draft: Draft, chance: Case, change: (gateway: Gateway) => Gateway): Draft {
  return {
    gateways: atOne(draft.gateways, chance, ({ key, value }) => ({ key, value: change(value) })),
  };
}

function inTailnet(draft: Draft, chance: Case, change: (tailnet: Tailnet) => Tailnet): Draft {
  return inGateway(draft, chance, (gateway) => ({
    ...gateway,
    tailnets: atOne(gateway.tailnets, chance, ({ key, value }) => ({ key, value: change(value) })),
  }));
}

function atOne<T>(items: readonly T[], chance: Case, change: (item: T) => T): T[] {
  const chosen = chance.below(items.length);
  return items.map((item, n) => (n === chosen ? change(item) : item));
}

function without<T>(items: readonly T[], n: number): T[] {
  return items.filter((_, each) => each !== n);
}

function twice(edit: Edit): Edit[] {
  return [edit, edit];
}

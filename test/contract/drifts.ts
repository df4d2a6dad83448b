import type { Machine } from "./machine.ts";
import { DOOR, DOORMAN, GROUND, HOME, KEEPER, WALKER } from "./states.ts";

export interface Drift {
  readonly of: string;
  readonly make: (machine: Machine) => Promise<void>;
  /** Exactly the steps that repair it, in the words of progress lines. */
  readonly steps: readonly string[];
  /** Exactly the units whose process is another one afterwards. */
  readonly restarts?: readonly string[];
}

const NOTES = `${HOME}/notes`;
const WALKER_FILE = `/etc/systemd/system/${WALKER}`;
const KEEPER_FILE = `/etc/systemd/system/${KEEPER}`;

/** Each way in which a host may differ from what is desired, beside what it takes to put it right. */
export const DRIFTS: readonly Drift[] = [
  { of: "a changed file", make: ({ hands }) => hands.write(NOTES, "mine\n"), steps: [`write ${NOTES}`] },
  { of: "a missing file", make: ({ hands }) => hands.remove(NOTES), steps: [`write ${NOTES}`] },
  {
    of: "a missing directory",
    make: ({ hands }) => hands.remove(`${HOME}/walker`),
    steps: [`write ${HOME}/walker/pace`],
  },
  {
    of: "a file with another mode",
    make: async ({ hands }) => hands.write(NOTES, (await hands.read(NOTES)) ?? "", "0666"),
    steps: [`write ${NOTES}`],
  },
  {
    of: "a file of another owner",
    make: ({ hands }) => hands.chown(NOTES, "1:1"),
    steps: [`write ${NOTES}`],
  },
  {
    of: "a link in place of a file",
    make: ({ hands }) => hands.link(NOTES, "/etc/hostname"),
    steps: [`write ${NOTES}`],
  },
  {
    of: "another secret in a secret file",
    make: ({ hands }) => hands.write(`${HOME}/password`, "guess", "0600"),
    steps: [`write ${HOME}/password`],
  },
  {
    of: "a readable secret file",
    make: async ({ hands }) =>
      hands.write(`${HOME}/password`, (await hands.read(`${HOME}/password`)) ?? "", "0644"),
    steps: [`write ${HOME}/password`],
  },
  {
    of: "a changed unit file",
    make: ({ hands }) => hands.write(WALKER_FILE, "[Service]\nExecStart=/bin/false\n"),
    steps: [`write ${WALKER_FILE}`, `enable ${WALKER}`, "reload systemd"],
  },
  {
    of: "a missing unit file",
    make: async ({ hands }) => {
      await hands.remove(KEEPER_FILE);
      await hands.reloadSystemd();
    },
    steps: [`write ${KEEPER_FILE}`, `enable ${KEEPER}`, "reload systemd"],
  },
  {
    of: "a masked unit",
    make: async ({ hands }) => {
      await hands.link(KEEPER_FILE, "/dev/null");
      await hands.reloadSystemd();
    },
    steps: [`write ${KEEPER_FILE}`, `enable ${KEEPER}`, "reload systemd"],
  },
  {
    of: "a stopped unit",
    make: ({ hands }) => hands.stop(WALKER),
    steps: [`start ${WALKER}`],
    restarts: [WALKER],
  },
  {
    of: "a stopped unit that others are bound to",
    make: ({ hands }) => hands.stop(GROUND),
    steps: [`start ${GROUND}`, `start ${WALKER}`],
    restarts: [GROUND, WALKER],
  },
  {
    of: "a stopped socket",
    make: ({ hands }) => hands.stop(DOOR),
    steps: [`start ${DOORMAN} ${DOOR}`],
    restarts: [DOOR, DOORMAN],
  },
  {
    of: "a failed unit",
    make: ({ hands }) => hands.kill(KEEPER),
    steps: [`start ${KEEPER}`],
    restarts: [KEEPER],
  },
  {
    of: "a disabled unit",
    make: ({ hands }) => hands.disable(KEEPER),
    steps: [`enable ${KEEPER}`, "reload systemd"],
  },
  {
    of: "a process that was started with something else",
    make: ({ hands }) => hands.write(`/run/tsproxy/${WALKER}.started`, "0123456789ab\n"),
    steps: [`start ${WALKER}`],
    restarts: [WALKER],
  },
  {
    of: "a changed file that a process was started with",
    make: async ({ hands }) => {
      await hands.write(`${HOME}/walker/pace`, "mine\n");
      await hands.restart(WALKER);
    },
    steps: [`write ${HOME}/walker/pace`, `start ${WALKER}`],
    restarts: [WALKER],
  },
  {
    of: "a changed file that was read on a reload, and put back since",
    make: async ({ hands }) => {
      const text = (await hands.read(`${HOME}/soil`)) ?? "";
      await hands.write(`${HOME}/soil`, "mine\n");
      await hands.reload(GROUND);
      await hands.write(`${HOME}/soil`, text);
    },
    steps: [`reload ${GROUND}`],
  },
  {
    of: "a process that left no stamp",
    make: ({ hands }) => hands.remove(`/run/tsproxy/${WALKER}.started`),
    steps: [`start ${WALKER}`],
    restarts: [WALKER],
  },
  {
    of: "a process that reloaded something else",
    make: ({ hands }) => hands.write(`/run/tsproxy/${GROUND}.reloaded`, "0123456789ab\n"),
    steps: [`reload ${GROUND}`],
  },
  {
    of: "damage in the kernel that a reload mends",
    make: ({ hands }) => hands.damageGround(1),
    steps: [`reload ${GROUND}`],
  },
  {
    of: "damage in the kernel that a restart mends",
    make: ({ hands }) => hands.damageGround(2),
    steps: [`start ${GROUND}`],
    restarts: [GROUND, WALKER],
  },
  {
    of: "a missing manifest",
    make: ({ hands }) => hands.remove("/var/lib/tsproxy/tailnet-work.manifest"),
    steps: ["note what belongs to tailnet-work"],
  },
];

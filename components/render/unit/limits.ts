import type { Entry } from "./text.ts";

/** What a process may have of its host. */
export interface Limits {
  /** As systemd takes it: `256M`, or `50%` of what the host has. */
  readonly memory: string;
  /** Processes and threads. */
  readonly tasks: number;
}

/** For processes of which nothing is known but that they answer clients: a resolver, for example. */
export const SMALL: Limits = { memory: "256M", tasks: 256 };

/**
 * Lines of [Service]. Where the memory is used up, the kernel ends a process of the unit, and none of the host's;
 * the others of the unit go on.
 */
export function limits({ memory, tasks }: Limits): Entry[] {
  return [
    ["MemoryMax", memory],
    ["TasksMax", String(tasks)],
    ["OOMPolicy", "continue"],
  ];
}

/** Memory for `sessions` at a time, with what the kernel keeps for their connections: twice what was seen at most. */
export function memoryFor(sessions: number): string {
  return `${64 + sessions}M`;
}

/** A file for clients. */
export interface ClientFile {
  /** In the folder of all: `browsers/proxy.pac`. */
  readonly path: string;
  /** What it is, in a few words. */
  readonly what: string;
  /** Where it goes on a client. */
  readonly where: string;
  /** How it is taken away again. */
  readonly away: string;
  readonly text: string;
}

/** As people and programs read it. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A command that failed; its message is what the command printed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** A file is not what it was when the engine looked at it. */
export class Moved extends Error {
  override readonly name = "Moved";
  readonly path: string;

  constructor(path: string) {
    super(`${path} moved`);
    this.path = path;
  }
}

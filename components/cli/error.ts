/** Something that a command cannot do, in words for its user; 2 stands for a command that was written wrongly. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly status: 1 | 2;

  constructor(message: string, status: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** What errors of Node and of the SSH library carry. They are not always instances of this realm's Error. */

export function messageOf(error: unknown): string {
  const message = detailOf(error, "message");
  return typeof message === "string" ? message : String(error);
}

export function detailOf(error: unknown, name: "code" | "errors" | "message" | "reason"): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}

/** Those that an AggregateError gathers, or the error itself. */
export function errorsIn(error: unknown): readonly unknown[] {
  const errors = detailOf(error, "errors");
  return Array.isArray(errors) ? errors : [error];
}

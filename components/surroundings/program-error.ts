/** An error that a program ends with, and that Pulumi shows as it is: by this mark it knows those of users (its `RunError`). */
export function programError(text: string): Error {
  const error = Object.assign(new Error(text), { __pulumiRunError: true });
  error.stack = text;
  return error;
}

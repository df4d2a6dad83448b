/** A configuration file of sing-box as plain JSON. */
export function withoutComments(text: string): string {
  return text.replaceAll(/^\/\/.*\n/gm, "");
}

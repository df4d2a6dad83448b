import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { createInterface } from "node:readline";
import type { Hearing } from "../providers/engine/wire/shell.ts";

/** What a shell that reads its standard input prints in answer to a program; says in between what it is promised. */
export function conversation(
  shell: ChildProcessWithoutNullStreams,
  program: string,
  { onLine, last }: Hearing,
): Promise<string> {
  const { stdin, stdout } = shell;
  let printed = "";
  let broken: { readonly because: unknown } | null = null;
  return new Promise((resolve, reject) => {
    const giveUp = (because: unknown) => {
      broken = { because };
      stdin.end();
    };
    createInterface({ input: stdout }).on("line", (line) => {
      printed += `${line}\n`;
      onLine(line)?.then((reply) => stdin.write(reply), giveUp);
      if (line === last) stdin.end();
    });
    stdin.on("error", () => undefined); // a shell that gave up reads no further
    stdin.write(program);
    shell.once("error", reject);
    shell.once("close", () => (broken === null ? resolve(printed) : reject(broken.because)));
  });
}

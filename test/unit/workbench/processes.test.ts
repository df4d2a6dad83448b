import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inLanes, inProcess } from "../../workbench/processes.ts";

const PROCESSES = join(import.meta.dirname, "../../workbench/processes.ts");
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tsproxy-processes-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A program in the temporary directory. */
function program(name: string, text: string): string {
  const file = join(directory, name);
  writeFileSync(file, text);
  return file;
}
const answering = (body: string) =>
  program("answering.ts", `import { answer } from ${JSON.stringify(PROCESSES)};\nawait answer(${body});\n`);

describe("work in lanes", () => {
  it("has so many at the same time, and results in the order of the works", async () => {
    let [atWork, most] = [0, 0];
    const work = (index: number) => async () => {
      most = Math.max(most, ++atWork);
      await new Promise((resolve) => setTimeout(resolve, 5 - index));
      atWork -= 1;
      return index;
    };
    expect(await inLanes(2, [0, 1, 2, 3, 4].map(work))).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBe(2);
  });

  it("begins nothing more once it is told not to go on", async () => {
    const begun: number[] = [];
    const works = [0, 1, 2, 3].map((index) => async () => void begun.push(index));
    await inLanes(2, works, () => begun.length < 2);
    expect(begun).toEqual([0, 1]);
  });
});

describe("a program that answers", () => {
  it("gets what it is asked for, and its answer comes back", async () => {
    const doubled = answering("async ({ n }: { n: number }) => ({ n: 2 * n })");
    expect(await inProcess(doubled, { n: 21 }, new Set())).toEqual({ n: 42 });
  });

  it("has no answer when it fails", async () => {
    const failing = answering('async () => { throw new Error("on purpose") }');
    expect(await inProcess(failing, {}, new Set())).toBeUndefined();
  });

  /** Writes one file when it has begun, the other when it closes, and waits between the two. */
  const waiting = (began: string, closed: string) =>
    program(
      "waiting.ts",
      `import { writeFileSync } from "node:fs";
import { answer } from ${JSON.stringify(PROCESSES)};
setInterval(() => {}, 1000);
await answer((_: unknown, closing) => {
  closing.add(async () => writeFileSync(${JSON.stringify(closed)}, "closed"));
  writeFileSync(${JSON.stringify(began)}, "began");
  return new Promise(() => {});
});
`,
    );
  const appears = async (file: string) => {
    for (let tries = 0; tries < 200; tries++) {
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      if (text !== "") return text;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${file} did not appear within 10 s`);
  };

  it("closes what it has open when it is interrupted, before the interruption is through", async () => {
    const [began, closed] = [join(directory, "began"), join(directory, "closed")];
    const closing = new Set<() => Promise<unknown>>();
    const result = inProcess(waiting(began, closed), {}, closing);
    await appears(began);
    await Promise.all([...closing].map((close) => close()));
    expect(readFileSync(closed, "utf8")).toBe("closed");
    expect(await result).toBeUndefined();
  });

  it("closes what it has open when the process that asked is killed", async () => {
    const [began, closed] = [join(directory, "began"), join(directory, "closed")];
    const asking = program(
      "asking.ts",
      `import { inProcess } from ${JSON.stringify(PROCESSES)};
await inProcess(${JSON.stringify(waiting(began, closed))}, {}, new Set());
`,
    );
    const asker = spawn("node", [asking], { stdio: "ignore" });
    const gone = once(asker, "exit");
    await appears(began);
    asker.kill("SIGKILL");
    await gone;
    expect(await appears(closed)).toBe("closed");
  });
});

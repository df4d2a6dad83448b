import type { Limits } from "../../../providers/engine/wire/shell.ts";
import { type Answer, answer } from "../../../providers/ssh/answer.ts";

const LIMITS: Limits = { silenceMs: 1000, wholeMs: 3000, bytes: 1024 * 1024, lines: 10 };

describe("what is heard of a host", () => {
  let lines: string[];
  let stops: string[];
  let last: number;
  let heard: Answer;
  const say = (text: string | Buffer) => heard.stdout(Buffer.from(text));

  beforeEach(() => {
    jest.useFakeTimers();
    [lines, stops, last] = [[], [], 0];
    heard = answer({
      last: "= over",
      limits: LIMITS,
      onLine: (line) => lines.push(line),
      onLast: () => last++,
      stop: (why) => stops.push(why),
    });
  });
  afterEach(() => {
    heard.end();
    jest.useRealTimers();
  });

  it("is told line by line, however it is cut into pieces", () => {
    const text = Buffer.from("ünï\nlong".concat("x".repeat(100_000), "\n\n= over\nrest"));
    for (let at = 0; at < text.length; at += at < 50 ? 1 : 999) {
      heard.stdout(text.subarray(at, at + (at < 50 ? 1 : 999)));
    }
    expect(lines).toEqual(["ünï", `long${"x".repeat(100_000)}`, "", "= over"]);
    expect(heard.text()).toBe(text.toString());
    expect([last, stops]).toEqual([1, []]);
  });

  it("ends, once, when it is silent for too long", () => {
    say("a\n");
    jest.advanceTimersByTime(999);
    say("b");
    jest.advanceTimersByTime(999);
    expect(stops).toEqual([]);
    jest.advanceTimersByTime(5000);
    expect(stops).toEqual(["it printed nothing for 1 s"]);
  });

  it("ends when it goes on and on without coming to its end", () => {
    for (let s = 0; s < 10; s++) {
      say(".");
      jest.advanceTimersByTime(500);
    }
    expect(stops).toEqual(["it came to no end within 3 s"]);
  });

  it("ends when it is too large, and what comes then is not kept", () => {
    for (let n = 0; n < 100; n++) say(Buffer.alloc(32 * 1024, "x"));
    expect(stops).toEqual(["it printed more than 1 MiB"]);
    expect(heard.text().length).toBeLessThanOrEqual(1024 * 1024);
  });

  it("ends when errors alone are too large", () => {
    for (let n = 0; n < 40; n++) heard.stderr(Buffer.alloc(32 * 1024, "x"));
    expect([stops, heard.text()]).toEqual([["it printed more than 1 MiB"], ""]);
  });

  it("ends when it has too many lines", () => {
    say("\n".repeat(100));
    expect([stops, lines.length]).toEqual([["it printed more than 10 lines"], 10]);
  });

  it("has no limits once it is over", () => {
    heard.end();
    say(Buffer.alloc(2 * 1024 * 1024));
    jest.advanceTimersByTime(100_000);
    expect(stops).toEqual([]);
  });
});

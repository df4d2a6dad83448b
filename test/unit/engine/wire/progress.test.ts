import { progress } from "../../../../providers/engine/wire/progress.ts";

describe("progress", () => {
  let lines: string[];
  beforeEach(() => {
    jest.useFakeTimers();
    lines = [];
  });
  afterEach(() => jest.useRealTimers());
  const begin = () => progress("gw", (line) => void lines.push(line));

  it("says nothing of what is done within two seconds", () => {
    const shown = begin();
    shown.line("= doing write /etc/a");
    jest.advanceTimersByTime(1_999);
    shown.line("= step 1");
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual([]);
  });

  it("names host and step after two seconds, and every fifteen from then on", () => {
    const shown = begin();
    shown.line("= doing install dante-server");
    jest.advanceTimersByTime(2_000);
    expect(lines).toEqual(["gw: install dante-server … 2 s"]);
    jest.advanceTimersByTime(30_000);
    expect(lines.slice(1)).toEqual(["gw: install dante-server … 17 s", "gw: install dante-server … 32 s"]);
  });

  it("says of what it has named how long it took, in place of what it said last", () => {
    const shown = begin();
    shown.line("= doing install dante-server");
    jest.advanceTimersByTime(18_000);
    shown.line("= step 2");
    shown.line("= doing write /etc/a");
    shown.end();
    expect(lines.slice(2)).toEqual(["gw: install dante-server took 18 s"]);
  });

  it("counts each step from its own beginning", () => {
    const shown = begin();
    shown.line("= doing one");
    jest.advanceTimersByTime(1_500);
    shown.line("= doing two");
    jest.advanceTimersByTime(2_000);
    expect(lines).toEqual(["gw: two … 2 s"]);
  });

  it("takes no notice of lines that are no headings", () => {
    const shown = begin();
    shown.line("= doing one");
    shown.line("| = doing something else");
    shown.line("= 2");
    shown.line("noise");
    expect(shown.doing()).toBe("one");
  });

  it("is silent after its end", () => {
    const shown = begin();
    shown.line("= doing one");
    shown.end();
    jest.advanceTimersByTime(60_000);
    expect(lines).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it("shows nothing that could steer a terminal", () => {
    const shown = begin();
    shown.line("= doing \u001b[2J");
    jest.advanceTimersByTime(2_000);
    expect(lines).toEqual(["gw: ?[2J … 2 s"]);
  });

  it("knows no step before the first", () => {
    expect(begin().doing()).toBeNull();
  });
});

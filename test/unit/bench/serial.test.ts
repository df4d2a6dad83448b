import { serialRoundTrips } from "../../../bench/counters/serial.ts";

const call = (turns: number, begunMs: number, endedMs: number, host = "198.18.0.11") => ({
  host,
  hostPort: 22,
  controllerPort: 50000 + begunMs,
  opened: true,
  turns,
  begunMs,
  endedMs,
});

describe("round trips that wait for each other", () => {
  it.each([
    ["none without a connection", [], 0],
    ["those of one connection", [call(12, 0, 9)], 12],
    ["the most of connections at the same time", [call(12, 0, 9), call(13, 1, 8)], 13],
    ["the sum of connections one after the other", [call(12, 0, 9), call(13, 10, 20)], 25],
    ["the longest row of many", [call(5, 0, 30), call(3, 0, 9), call(3, 10, 19), call(3, 20, 29)], 9],
    ["not the sum over hosts", [call(12, 0, 9), call(13, 10, 20, "198.18.0.12")], 13],
  ])("are %s", (_, calls, expected) => {
    expect(serialRoundTrips(calls)).toBe(expected);
  });
});

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publish, readResults } from "../../../bench/report/files.ts";
import { render } from "../../../bench/report/index.ts";
import type { Results } from "../../../bench/results.ts";
import { comparison, everything, tool } from "./results.ts";

/** The page with single spaces: how tables are padded is the formatter's business. */
const page = (results: Results): string => (render(results)["speed.md"] ?? "").replace(/ +/g, " ");
const headings = (text: string) => [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);

describe("the report", () => {
  it("has a chapter for every part", () => {
    expect(headings(page(everything))).toEqual([
      "Refresh: nothing has changed",
      "Apply: an empty host",
      "The first `up` of a real host",
      "One changed file on one of 50 hosts",
      "50 hosts with 8 tailnets each",
      "Any `--parallel`",
      "Data plane",
      "Where the time goes",
      "Measured on",
    ]);
  });

  it("shows every plot that it makes, and none that it does not", () => {
    const { "speed.md": text = "", ...plots } = render(everything);
    const shown = [...text.matchAll(/\]\((speed\/.*?\.svg)\)/g)].map(([, path]) => path);
    expect(shown.toSorted()).toEqual(Object.keys(plots).toSorted());
    expect(shown).not.toEqual([]);
  });

  it("is the same for the same results", () => expect(render(everything)).toEqual(render(everything)));

  it("says how to make it again, when and on what it was measured", () => {
    const text = page(everything);
    for (const said of ["npm run bench", "2026-01-02", "2 cores Some CPU", "pulumi 3.255.0"])
      expect(text).toContain(said);
  });

  it("has no number that is none", () => {
    for (const text of Object.values(render(everything))) expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("a report of some parts", () => {
  it("says what was not measured", () => {
    const { fleet: _, profile: __, ...rest } = everything;
    expect(page(rest)).toContain("Not measured yet: fleet, profile.");
    expect(page(everything)).not.toContain("Not measured");
  });

  it("exists before anything was measured", () => expect(headings(page({}))).toEqual([]));
});

describe("a comparison", () => {
  it("subtracts the engine run by run", () => {
    expect(page({ refresh: comparison })).toContain("| **1 (0.950 – 1.05)** |");
  });

  it("gives ratios with and without the engine", () => {
    expect(page({ refresh: comparison })).toMatch(/Ansible \(pipelining\) \| 50 .* \| 50 × \| 10 × \|/);
  });

  it("names the rivals that win end to end", () => {
    expect(page({ refresh: comparison })).toContain(
      "**Faster than ours, end to end:** a <single> script (2 s); none is without the engine.",
    );
  });

  it("names those that win without the engine too", () => {
    const text = page({ refresh: { ...comparison, rivals: [tool("Blitz", 0.5)] } });
    expect(text).toContain("without the engine too: Blitz (0.500 s)");
  });

  it("says so when no rival wins", () => {
    const text = page({ refresh: { ...comparison, rivals: [tool("Snail", 500)] } });
    expect(text).toContain("No rival is faster");
  });

  it("gives no ratio to a difference that drowned in the noise", () => {
    const results = { refresh: { ...comparison, ours: tool("ours", 4), engine: tool("engine", 4) } };
    expect(page(results)).toMatch(/Ansible \(pipelining\) \| 50 .* \| – \| 12.5 × \|/);
    expect(Object.keys(render(results))).not.toContain("speed/refresh-ratio.svg");
  });

  it("counts round trips by the slope", () => {
    expect(page({ refresh: comparison })).toMatch(/pulumi-tsproxy 0\.1 \| 4 \| 4\.22 \| 5\.10 \| 11\.0 \|/);
  });
});

describe("the data plane", () => {
  const dataPlane = everything.dataPlane!;

  it("warns of ratios that were measured on a busy machine", () => {
    expect(page({ dataPlane: { ...dataPlane, loadBefore: 7.25 } })).toContain("(load average 7.25 ");
    expect(page({ dataPlane })).not.toContain("busy");
  });

  it("says how far the load generator is from being the limit", () => {
    expect(page({ dataPlane })).toContain("4.09 × the connections of the fastest row");
  });
});

describe("the data plane with sessions in use", () => {
  it("shows how slow the slowest are, and leaves out what was not measured", () => {
    const { dataPlane } = everything;
    if (dataPlane === undefined) throw new Error("no data plane");
    expect(page({ dataPlane })).toMatch(/\| ours +\| +200 \| +60 \| +1 \| +2(\.00)? \| +31(\.0)? \|/);
    const chains = dataPlane.chains.map(({ active: _active, ...chain }) => chain);
    expect(page({ dataPlane: { ...dataPlane, chains } })).not.toContain("five times a second");
  });
});

describe("publishing", () => {
  let docs = "";
  beforeEach(() => {
    docs = mkdtempSync(join(tmpdir(), "tsproxy-report-"));
  });
  afterEach(() => rmSync(docs, { recursive: true }));

  it("writes page, plots and results, and reads the results again", () => {
    publish(docs, everything);
    expect(readResults(docs)).toEqual(everything);
    for (const [path, text] of Object.entries(render(everything)))
      expect(readFileSync(join(docs, path), "utf8")).toBe(text);
  });

  it("adds a part to those of earlier runs", () => {
    publish(docs, { refresh: comparison });
    publish(docs, { dataPlane: everything.dataPlane! });
    expect(Object.keys(readResults(docs))).toEqual(["refresh", "dataPlane"]);
  });

  it("keeps the last result of a part that was not run, with its date", () => {
    publish(docs, everything);
    publish(docs, { refresh: { ...comparison, at: "2026-05-06T00:00:00.000Z" } });
    const text = readFileSync(join(docs, "speed.md"), "utf8");
    expect(text).toContain("_Measured 2026-05-06._");
    expect(text).toContain("_Measured 2026-01-02._");
  });

  it("removes a plot that no result makes any more, and nothing else", () => {
    mkdirSync(join(docs, "speed"));
    for (const name of ["old.svg", "notes.md"]) writeFileSync(join(docs, "speed", name), "");
    publish(docs, {});
    expect(readdirSync(join(docs, "speed")).toSorted()).toEqual(["notes.md", "results.jsonl"]);
  });

  it("says that a results file was spoilt instead of forgetting it", () => {
    mkdirSync(join(docs, "speed"));
    writeFileSync(join(docs, "speed/results.jsonl"), '{"refresh":');
    expect(() => publish(docs, {})).toThrow(SyntaxError);
  });
});

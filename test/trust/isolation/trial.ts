import type { Bench } from "../../host/bench.ts";
import { LAB, WORK } from "../../lab/proofs.ts";
import { until } from "../../lab/waiting.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { openTwoTailnets } from "../two-tailnets.ts";
import { cells } from "./all-routes.ts";
import { ONE_PORT } from "./by-http.ts";
import { lie, prepare } from "./prepare-hosts.ts";
import { type Cell, DAMAGE, MEND, type Scene } from "./route.ts";

/**
 * Each cell on one gateway: what must hold holds; a fault is planted and changes the answer; it is mended.
 *
 * @param name of the laboratory, 1 to 6 characters
 * @param broken shell command for the gateway that no cell's mending puts right
 */
export function isolationTrial(name: string, cases: Trial["cases"], broken = ":"): Trial {
  return {
    name: "no packet gets from where it is to where it may not go, and a fault for each way would be seen",
    on: "laboratory",
    cases,
    open: () => Matrix.open(name, broken),
  };
}

class Matrix implements Subject {
  readonly #bench: Bench;
  readonly #tried = new Map<string, number>();
  #scene: Scene = "quiet";

  private constructor(bench: Bench) {
    this.#bench = bench;
  }

  static async open(name: string, broken: string): Promise<Matrix> {
    const bench = await openTwoTailnets(name, {
      ways: [
        { ...WORK, server: "dante" },
        { ...LAB, server: "sing-box" },
      ],
      onePort: { port: ONE_PORT },
      by6: true,
    });
    try {
      await prepare(bench.lab);
      await bench.lab.mustExec("gateway", broken);
      return new Matrix(bench);
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  async try({ number }: Case): Promise<void> {
    const cell = cells[number];
    if (cell === undefined) return; // more cases are asked for than there are cells
    await this.#set(cell.scene);
    const way = `from ${cell.from} to ${cell.to} (${cell.what})`;
    try {
      if (cell.before) await this.#bench.lab.mustExec("gateway", `set -e\n${cell.before.join("\n")}`);
      const found = await cell.ask(this.#bench.lab);
      if (found !== cell.expects) throw new Error(`${way}: ${said(found)} instead of ${said(cell.expects)}`);
      await this.#plant(cell, way);
    } finally {
      await this.#mend(cell, way);
    }
    const pair = `${cell.from} → ${cell.to}`;
    this.#tried.set(pair, (this.#tried.get(pair) ?? 0) + 1);
  }

  close(): Promise<void> {
    return this.#bench.close();
  }

  figures(): Record<string, number> {
    const total = [...this.#tried.values()].reduce((sum, count) => sum + count, 0);
    return { ...Object.fromEntries(this.#tried), "faults planted cell by cell": total };
  }

  async #set(scene: Scene): Promise<void> {
    if (scene === this.#scene) return;
    if (scene === "quiet") throw new Error("a tailnet that has lied is not made honest again");
    await lie(this.#bench.lab);
    this.#scene = scene;
  }

  async #plant({ plant, ask, expects }: Cell, way: string): Promise<void> {
    const { lab } = this.#bench;
    await lab.mustExec("gateway", `set -e\n${plant.join("\n")}`);
    const noticed = async () => (await ask(lab)) !== expects;
    await until(`another answer ${way}`, noticed, 30_000, `nothing changed after: ${plant.join("; ")}`);
  }

  async #mend({ mend = [], ask, expects }: Cell, way: string): Promise<void> {
    const { lab } = this.#bench;
    const { stdout, stderr } = await lab.exec("gateway", [...mend, MEND, DAMAGE].join("\n"));
    if (stdout !== "") throw new Error(`${way}: the planted fault could not be mended: ${stdout}${stderr}`);
    const same = async () => (await ask(lab)) === expects;
    if (mend.length > 0)
      await until(`the old answer ${way}`, same, 30_000, "the planted fault was not mended");
  }
}

const said = (answer: string) => (answer === "" ? "no answer" : `"${answer}"`);

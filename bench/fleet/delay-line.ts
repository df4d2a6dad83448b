import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { cached, inCache, recipeId } from "../../test/toolchain/cache.ts";
import { run, shell } from "../../test/toolchain/command.ts";
import { goToolchain } from "../../test/toolchain/go.ts";

/** What went one way. */
export interface Passage {
  readonly packets: number;
  /** With the headers of IP and TCP. */
  readonly bytes: number;
}

/** One TCP connection, as the controller sees it. */
export interface Call {
  /** Address of the host. */
  readonly host: string;
  readonly hostPort: number;
  readonly controllerPort: number;
  /** Whether it was opened since the last count. */
  readonly opened: boolean;
  /** How often the controller spoke after it had listened, TCP's handshake included: serial round trips. */
  readonly turns: number;
  /** Milliseconds on the line's own clock: its first packet, and the last one with something in it. */
  readonly begunMs: number;
  readonly endedMs: number;
  readonly out: Passage;
  readonly in: Passage;
}

/** What crossed the line, seen from the controller. */
export interface LineCount {
  readonly out: Passage;
  readonly in: Passage;
  /** Packets that a device did not take: zero, or what was measured is worthless. */
  readonly dropped: number;
  readonly calls: readonly Call[];
}

/** Name of the line's device inside a host. */
const HOST_DEVICE = "line0";

/**
 * The only way between this machine and the hosts: a program of its own that holds each packet back for a constant time.
 *
 * It ends with this process, however that ends, and takes its devices with it.
 */
export class DelayLine {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #lines: Interface;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess, lines: Interface) {
    this.#process = child;
    this.#lines = lines;
    this.#answers = lines[Symbol.asyncIterator]();
  }

  /**
   * @param device name of this machine's end, made by it; at most 15 characters
   * @param address this machine's address on the line, with prefix length
   */
  static async open(device: string, address: string): Promise<DelayLine> {
    const program = join(await buildDelayLine(), "delay-line");
    const child = spawn(program, [device], { stdio: ["pipe", "pipe", "inherit"], cwd: "/" });
    await new Promise((started, failed) => child.once("spawn", started).once("error", failed));
    child.stdin.on("error", () => {});
    const line = new DelayLine(child, createInterface({ input: child.stdout }));
    line.#expectOk(await line.#answer());
    await shell('ip address add "$2" dev "$1"; ip link set "$1" txqueuelen 10000 up', [device, address]);
    return line;
  }

  /** @param address of the host on the line, with prefix length */
  async attach(netns: string, address: string): Promise<void> {
    this.#expectOk(await this.#order(`attach ${netns} ${HOST_DEVICE} ${address.split("/")[0]}`));
    await shell('ip -n "$1" address add "$3" dev "$2"; ip -n "$1" link set "$2" txqueuelen 10000 up', [
      netns,
      HOST_DEVICE,
      address,
    ]);
  }

  async detach(address: string): Promise<void> {
    this.#expectOk(await this.#order(`detach ${address.split("/")[0]}`));
  }

  /** @param roundTripMs 0 to 1000; for packets that enter the line from now on */
  async delay(roundTripMs: number): Promise<void> {
    if (!(roundTripMs >= 0 && roundTripMs <= 1000))
      throw new RangeError(`a round trip takes 0 to 1000 ms, not ${roundTripMs}`);
    this.#expectOk(await this.#order(`delay ${Math.round(roundTripMs * 500)}`));
  }

  /** What crossed the line since it was last asked. */
  async count(): Promise<LineCount> {
    return JSON.parse(await this.#order("count")) as LineCount;
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once("close", resolve));
    this.#process.stdin?.end();
    if (this.#process.exitCode === null && this.#process.signalCode === null) await ended;
    this.#lines.close();
  }

  /** One order at a time: answers come in the order of the questions. */
  #order(words: string): Promise<string> {
    const mine = this.#turn.then(() => {
      this.#process.stdin?.write(`${words}\n`);
      return this.#answer();
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #answer(): Promise<string> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error("the delay line has ended; what it said stands above");
    return value;
  }

  #expectOk(answer: string): void {
    if (answer !== "ok") throw new Error(`the delay line says: ${answer}`);
  }
}

const source = join(import.meta.dirname, "delay-line");

/** The program, built by Go into the cache: seconds the first time. */
async function buildDelayLine(): Promise<string> {
  const texts = readdirSync(source)
    .sort()
    .map((file) => readFileSync(join(source, file), "utf8"));
  const place = inCache("bin", `delay-line-${recipeId(texts)}`);
  return cached(place, "building the delay line", async (part) => {
    const env = {
      ...(await goToolchain()),
      CGO_ENABLED: "0",
      GOFLAGS: "-trimpath -buildvcs=false",
      GOWORK: "off",
    };
    await run(["go", "build", "-ldflags", "-s -w", "-o", join(part, "delay-line"), "."], {
      cwd: source,
      env,
    });
  });
}

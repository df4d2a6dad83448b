import { failures } from "../host/failures.ts";
import { failed, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";
import { variants } from "../lab/variants/index.ts";
import { certificate, certify, FAST_BY_A_YEAR, setClock } from "../lab/variants/wrong-clock.ts";

const UNIT = "tsproxy-work-online.service";

onLaboratory("a gateway whose clock is wrong", "clock", (bench) => {
  let stack: Stack;
  const configuration = async () => {
    const caCertificates = await certificate(bench().lab);
    return bench().configurations.of([WORK], { tailnet: { caCertificates } });
  };
  /** What `up` says, and the seconds from the beginning of the look to the first word of the clock. */
  const refused = async () => {
    const { lab } = bench();
    const mark = await lab.mark("gateway");
    const output = failed(await stack.up()).replaceAll(/\s+/g, " ");
    const journal = `journalctl --sync; journalctl -q -o short-unix --after-cursor='${mark}'`;
    const log = (await lab.mustExec("gateway", journal)).split("\n");
    const at = (words: string) => Number.parseFloat(log.find((line) => line.includes(words)) ?? "");
    return { output, seconds: at("the clock of this host says") - at(`: Starting ${UNIT}`) };
  };

  it("is told so in seconds where it is slow by an hour, and not to make a new key", async () => {
    // the auth key comes from a server that this machine, too, must take for valid
    await bench().configurations.of([WORK]);
    await variants["wrong-clock"].apply(bench().lab);
    stack = await bench().open(await configuration());
    const { output, seconds } = await refused();
    expect(output).toMatch(
      /tailnet work: the clock of this host says \S+ \S+ UTC, that of control-work\.internet \S+ \S+ UTC, and its certificate is valid from /,
    );
    expect(output).toContain("set the clock");
    expect(output).not.toContain("make a new one");
    expect(seconds).toBeLessThan(20);
  });

  it("is told so where it is fast by a year", async () => {
    await certify(bench().lab, FAST_BY_A_YEAR);
    await stack.configure(await configuration());
    const { output, seconds } = await refused();
    expect(output).toContain("the clock of this host says");
    expect(output).not.toContain("make a new one");
    expect(seconds).toBeLessThan(20);
  });

  it("works once the clock is set", async () => {
    await setClock(bench().lab);
    await stack.configure(await bench().configurations.of([WORK]));
    succeeded(await stack.up());
    expect(await failures(bench().lab, proofsOf(bench().lab, [WORK]))).toEqual([]);
    succeeded(await stack.destroy());
  });
});

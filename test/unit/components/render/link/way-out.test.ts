import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wayOutScript } from "../../../../../components/render/link/way-out.ts";

const HOUR_MS = 3_600_000;
const YEAR_MS = 8_766 * HOUR_MS;
const hence = (ms: number) => new Date(Date.now() + ms);

/** As curl shows times of certificates: `Nov 30 11:45:00 2026 GMT`. */
function inCertificate(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(/[ ,]+/);
  return `${month} ${day} ${time} ${year} GMT`;
}

/** What `curl -v` says of a server with a certificate between those times. */
const certificate = (begin: Date, end: Date, server: Date = new Date()) =>
  [
    "* Server certificate:",
    "*  subject: CN=control",
    `*  start date: ${inCertificate(begin)}`,
    `*  expire date: ${inCertificate(end)}`,
    "*  SSL certificate verify result: self-signed certificate (18), continuing anyway.",
    "< HTTP/1.1 404 Not Found\r",
    `< Date: ${server.toUTCString()}\r`,
  ].join("\n");

describe("the look for a way to the control server", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tsproxy-way-"));
    program("getent", "echo '203.0.113.9 STREAM control.example'");
    program("sleep", ":");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string, text: string) => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  /** @param said by curl, which ends with `status` */
  const look = (said: string, status = 0, isOnline = "false") => {
    writeFileSync(join(folder, "said"), said);
    program("curl", `echo once >>${folder}/asked; cat ${folder}/said >&2; exit ${status}`);
    const words = ["-s", "work", "tsp-work", "https://control.example", isOnline];
    const run = spawnSync("sh", words, {
      input: wayOutScript(),
      env: { PATH: `${folder}:${process.env.PATH}` },
      encoding: "utf8",
    });
    return { status: run.status, stderr: run.stderr };
  };

  it.each([
    ["is valid", certificate(hence(-HOUR_MS), hence(YEAR_MS))],
    ["is not shown by this curl", "* Connected to control.example"],
    ["is shown in other words", "*  start date: one day\n*  expire date: another"],
  ])("is content where the server's certificate %s", (_, said) => {
    expect(look(said)).toEqual({ status: 0, stderr: "" });
  });

  it.each([
    ["slow by an hour", hence(HOUR_MS), hence(2 * YEAR_MS), hence(HOUR_MS)],
    ["slow by a year", hence(YEAR_MS), hence(2 * YEAR_MS), hence(YEAR_MS)],
    ["fast by a year", hence(-2 * YEAR_MS), hence(-YEAR_MS), hence(-YEAR_MS)],
  ])("names the clock where it is %s", (_, begin, end, server) => {
    const { status, stderr } = look(certificate(begin, end, server));
    const shown = (date: Date) => `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
    expect(stderr).toMatch(
      /^tailnet work: the clock of this host says \d{4}-\d\d-\d\d \d\d:\d\d UTC, that of /,
    );
    expect(stderr).toContain(`that of control.example ${shown(server)}, and its certificate is valid from `);
    expect(stderr).toContain(`from ${shown(begin)} to ${shown(end)}: set the clock (timedatectl`);
    expect(status).toBe(1);
  });

  it("looks again before it says so: a host that has just been booted sets its clock late", () => {
    look(certificate(hence(YEAR_MS), hence(2 * YEAR_MS)));
    expect(readFileSync(join(folder, "asked"), "utf8")).toBe("once\n".repeat(3));
  });

  it("says nothing of a server that a node need not reach, since it is online", () => {
    expect(look(certificate(hence(YEAR_MS), hence(2 * YEAR_MS)), 0, "true")).toEqual({
      status: 0,
      stderr: "",
    });
  });

  it("says with curl's own reason, and no more of its words, that a server is not reached", () => {
    const { status, stderr } = look("* Trying 203.0.113.9:443...\ncurl: (28) Connection timed out\n", 28);
    expect(stderr).toMatch(
      /^tailnet work: no way to control\.example, 203\.0\.113\.9 \(curl: \(28\) Connection timed out\): /,
    );
    expect(status).toBe(1);
  });
});

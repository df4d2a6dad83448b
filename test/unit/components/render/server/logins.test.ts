import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cases } from "../../cases.ts";
import { withoutComments } from "./comments.ts";

/** A port with logins on this machine: its script in a directory of the test, where its users and the ready file are too. */
class Port {
  readonly directory = mkdtempSync(join(tmpdir(), "tsproxy-logins-"));
  readonly #script = join(this.directory, "logins.sh");

  constructor(name: string, passwords: Readonly<Record<string, string>>) {
    const [, { content }] = Object.entries(cases[name]?.files ?? {}).find(([path]) =>
      path.endsWith("/logins"),
    ) ?? ["", { content: "" }];
    const text = String(content)
      .replace(/^cd .*$/m, `cd ${this.directory}`)
      .replaceAll(/\/run\/\S+\/logins/g, this.ready);
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(this.#script, text);
    for (const [user, password] of Object.entries(passwords)) this.set(user, password);
  }

  get ready(): string {
    return join(this.directory, "ready");
  }

  set(user: string, password: string): void {
    writeFileSync(join(this.directory, user), password);
  }

  run(...args: readonly string[]): string {
    return execFileSync("sh", [this.#script, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  }
}

const ports: Port[] = [];
const port = (...args: ConstructorParameters<typeof Port>) => {
  const made = new Port(...args);
  ports.push(made);
  return made;
};
afterAll(() => {
  for (const { directory } of ports) rmSync(directory, { recursive: true });
});

const PASSWORDS = { ann: "of-ann-%s$(id)'`#", bob: "of-bob-12345" };

describe.each(["socks-bridge-with-logins", "socks-bridge-with-dante-and-logins"])("%s", (name) => {
  it("is told of another password by its check, and of the same ones at each start the same", () => {
    const one = port(name, PASSWORDS);
    one.run("write");
    const before = readFileSync(one.ready, "utf8");
    one.run("write");
    expect(readFileSync(one.ready, "utf8")).toBe(before);
    expect(one.run("check", "both")).toBe("both 0\n");
    one.set("bob", "of-bob-12346");
    expect(one.run("check", "both")).toBe("both 2\n");
    one.run("write");
    expect(one.run("check", "both")).toBe("both 0\n");
  });

  it("does not start without the password of one of its users", () => {
    const one = port(name, { ann: PASSWORDS.ann });
    expect(() => one.run("write")).toThrow();
  });

  it("has its passwords in no text that is rendered", () => {
    expect(JSON.stringify(cases[name])).not.toContain("password-of-");
  });
});

it("sing-box reads them as JSON, with the port that it opens for nobody else", () => {
  const one = port("socks-bridge-with-logins", PASSWORDS);
  one.run("write");
  expect(JSON.parse(readFileSync(one.ready, "utf8"))).toEqual({
    inbounds: [
      {
        ...{ type: "mixed", tag: "in", listen: "127.0.0.1", listen_port: 1080 },
        users: Object.entries(PASSWORDS).map(([username, password]) => ({ username, password })),
      },
    ],
  });
  const config = cases["socks-bridge-with-logins"]?.files["/etc/tsproxy/both/socks/sing-box.json"];
  expect(JSON.parse(withoutComments(String(config?.content)))).not.toHaveProperty("inbounds");
});

it("Dante's are hashes of SHA-512, another one for each user of the same password", () => {
  const one = port("socks-bridge-with-dante-and-logins", { ann: "the-same-12345", bob: "the-same-12345" });
  one.run("write");
  const lines = readFileSync(one.ready, "utf8").trimEnd().split("\n");
  expect(lines).toEqual([
    expect.stringMatching(/^ann:\$6\$[0-9a-f]{16}\$/),
    expect.stringMatching(/^bob:\$6\$/),
  ]);
  const [ann = "", bob = ""] = lines.map((line) => line.split("$").at(-1));
  expect(ann).toHaveLength(86);
  expect(ann).not.toBe(bob);
});

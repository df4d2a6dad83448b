import { cases } from "../../cases.ts";
import { withoutComments } from "../server/comments.ts";

const FOLDER = "/etc/tsproxy/_every/switch/";

interface SwitchFile {
  readonly inbounds?: readonly unknown[];
  readonly outbounds?: readonly {
    readonly type: string;
    readonly server: string;
    readonly server_port: number;
  }[];
  readonly route: { readonly rules: readonly Readonly<Record<string, unknown>>[] };
}

/** Files of the switch in `name`, in the order in which sing-box puts them together. */
function switchFiles(...names: readonly string[]): [name: string, file: SwitchFile][] {
  const files = names.flatMap((name) => Object.entries(cases[name]?.files ?? {}));
  return files
    .filter(([path]) => path.startsWith(FOLDER))
    .map(([path, { content }]): [string, SwitchFile] => [
      path.slice(FOLDER.length),
      JSON.parse(withoutComments(String(content))),
    ])
    .sort(([one], [other]) => (one < other ? -1 : 1));
}

describe("the one port", () => {
  const files = switchFiles("gateway-with-one-port", "socks-bridge-of-the-one-port");

  it("refuses what no tailnet has, after all rules that lead to one", () => {
    expect(files.map(([name]) => name)).toEqual(["00-port.json", "named.json", "~rest.json"]);
    const rules = files.flatMap(([, { route }]) => route.rules);
    expect(rules.at(-1)).toEqual({ action: "reject" });
    expect(rules.filter((rule) => "outbound" in rule)).toEqual([
      { domain_suffix: [".named.internal", ".tail1234.ts.net"], outbound: "named" },
    ]);
  });

  it("goes nowhere but to ports that tailnets open in its network", () => {
    const outbounds = files.flatMap(([, file]) => file.outbounds ?? []);
    expect(outbounds).toEqual([
      expect.objectContaining({ type: "socks", server: "127.0.0.2", server_port: 11080 }),
    ]);
    const units = Object.entries(cases["gateway-with-one-port"]?.files ?? {}).filter(([path]) =>
      /_every-(?:switch|relay)\.service$/.test(path),
    );
    expect(units).toHaveLength(2);
    for (const [, { content }] of units) {
      expect(content).toContain("\nPrivateNetwork=yes\n");
      expect(content).toContain("\nJoinsNamespaceOf=tsproxy_oneport.service\n");
    }
  });

  it("is no part of a gateway or a tailnet that was not asked for it", () => {
    const others = Object.entries(cases).filter(([name]) => !name.includes("one-port"));
    const paths = others.flatMap(([, desired]) => Object.keys(desired.files));
    expect(paths.filter((path) => /oneport|_every/.test(path))).toEqual([]);
  });
});

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { output } from "@pulumi/pulumi";
import { ArgumentsError } from "../../../components/arguments/values/problem.ts";
import { resourcesFrom } from "../../../components/resources.ts";
import { GATEWAY_ARGS, WORK } from "./cases.ts";

const gateways = { home: { ...GATEWAY_ARGS, adopt: true, tailnets: { work: WORK, lab: { name: "play" } } } };
const secrets = { "home/work/authKey": "tskey-1", "home/lab/authKey": "tskey-2" };

/** Refuses to load Pulumi, and prints the names of the resources of a configuration. */
const WITHOUT_PULUMI = `
import { registerHooks } from "node:module";
registerHooks({
  resolve(name, context, next) {
    if (name.startsWith("@pulumi/")) throw new Error(context.parentURL + " imports " + name);
    return next(name, context);
  },
});
const [file, gateways, secrets] = process.argv.slice(1);
const { resourcesFrom } = await import(file);
console.log(resourcesFrom(JSON.parse(gateways), JSON.parse(secrets)).map(({ name }) => name).join(" "));
`;

describe("the resources of a configuration", () => {
  it("have their names in the program and on the host, and come after what they stand on", () => {
    const shown = resourcesFrom(gateways, secrets).map(({ name, key, after, adopt }) => [
      name,
      key,
      after,
      adopt,
    ]);
    expect(shown).toEqual([
      ["home-gateway", "gateway", [], true],
      ["home-work-tailnet", "tailnet-work", ["home-gateway"], true],
      ["home-work-socks", "socks-work", ["home-work-tailnet"], true],
      ["home-work-dns", "dns-work", ["home-work-tailnet"], true],
      ["home-lab-tailnet", "tailnet-play", ["home-gateway"], true],
    ]);
  });

  it("have the secrets of their files as strings", () => {
    const given = resourcesFrom(gateways, secrets).map((resource) => resource.secrets);
    expect(given).toEqual([{}, { authKey: "tskey-1" }, {}, {}, { authKey: "tskey-2" }]);
    const later = { ...secrets, "home/lab/authKey": output("tskey-2") };
    expect(() => resourcesFrom(gateways, later)).toThrow("home-lab-tailnet: its authKey is not known yet");
  });

  it("are there without Pulumi", () => {
    const file = join(import.meta.dirname, "../../../components/resources.ts");
    const args = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", WITHOUT_PULUMI, file];
    const configuration = [gateways, secrets].map((value) => JSON.stringify(value));
    expect(execFileSync(process.execPath, [...args, ...configuration], { encoding: "utf8" })).toBe(
      "home-gateway home-work-tailnet home-work-socks home-work-dns home-lab-tailnet\n",
    );
  });

  it("are refused with everything that is wrong", () => {
    expect(() => resourcesFrom(gateways, {})).toThrow(ArgumentsError);
  });
});

import type { Check } from "../../components/cli/doctor/verdict.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { runTool } from "../host/tool.ts";
import type { HostName } from "../lab/index.ts";
import { until } from "../lab/waiting.ts";
import { diagnosisSchema } from "../tool-schemas.ts";

interface Fault {
  readonly on: HostName;
  readonly plant: string;
  readonly mend: string;
  /** What has to be said of it, and of what tailnet. */
  readonly check: Pick<Check, "tailnet" | "name" | "status">;
  readonly message: RegExp;
}

const ON_GATEWAY = { on: "gateway" as const };
const lab = (name: string, status: Check["status"] = "fail") => ({ tailnet: "lab", name, status });
const whole = (name: string) => ({ tailnet: null, name, status: "fail" as const });

const FAULTS: Readonly<Record<string, Fault>> = {
  "a port's socket that was stopped": {
    ...ON_GATEWAY,
    plant: "systemctl stop tsproxy-lab-relay.socket tsproxy-lab-relay.service",
    mend: "systemctl start tsproxy-lab-relay.socket tsproxy-lab-relay.service",
    check: lab("port"),
    message: /nothing listens on port .*: tsproxy-lab-relay\.socket is not running/,
  },
  "a server that was stopped": {
    ...ON_GATEWAY,
    plant: "systemctl stop tsproxy-lab-socks.service",
    mend: "systemctl start tsproxy-lab-socks.service tsproxy-lab-relay.service",
    check: lab("port"),
    message: /tsproxy-lab-socks\.service is not running/,
  },
  "a resolver that hangs": {
    ...ON_GATEWAY,
    plant: "systemctl kill -s STOP tsproxy-lab-dns.service",
    mend: "systemctl kill -s CONT tsproxy-lab-dns.service",
    check: lab("names"),
    message: /names under lab are not answered/,
  },
  "a daemon that hangs": {
    ...ON_GATEWAY,
    plant: "systemctl kill -s STOP tsproxy-lab-tailscaled.service",
    mend: "systemctl kill -s CONT tsproxy-lab-tailscaled.service",
    check: lab("login"),
    message: /does not answer/,
  },
  "a unit that was stopped": {
    ...ON_GATEWAY,
    plant: "systemctl stop tsproxy_watch.service",
    mend: "systemctl start tsproxy_watch.service",
    check: whole("units"),
    message: /tsproxy_watch\.service is not running/,
  },
  "a primary tailnet that is away": {
    ...ON_GATEWAY,
    plant: "systemctl stop tailscaled.service",
    mend: "systemctl start tailscaled.service",
    check: whole("primary"),
    message: /no interface of the host has 100\.64\./,
  },
  "a machine that is off, and has a network behind it": {
    on: "plant",
    plant: "systemctl stop tailscaled.service",
    mend: "systemctl start tailscaled.service",
    // its control server takes back the networks of a machine that goes
    check: lab("routes", "ok"),
    message: /offers no networks; those of machines that are offline are not known: plant\.lab\.example/,
  },
};

onLaboratory("the doctor", "doctor", (bench) => {
  let stack: Stack;

  const doctor = async () => {
    const run = await runTool(stack, bench().lab.privateKeyPath, ["doctor", "--json"]);
    return { ...run, checks: diagnosisSchema.parse(JSON.parse(run.stdout)).checks };
  };
  const ailments = async () => (await doctor()).checks.filter(({ status }) => status !== "ok");
  const untilWell = () =>
    until(
      "nothing to be wrong",
      async () => (await ailments()).length === 0,
      60_000,
      "pulumi-tsproxy doctor",
    );

  it("finds nothing where nothing is wrong", async () => {
    stack = await bench().open(await bench().configurations.of());
    succeeded(await stack.up());
    await untilWell();
    expect((await doctor()).status).toBe(0);
  });

  it.each(Object.entries(FAULTS))("names %s, and finds nothing once it is mended", async (_, fault) => {
    const { on, plant, mend, check, message } = fault;
    await bench().lab.mustExec(on, plant);
    const isNamed = async () =>
      (await doctor()).checks.some((found) => {
        const { tailnet, name, status, remedy } = found;
        const isIt = tailnet === check.tailnet && name === check.name && status === check.status;
        return isIt && message.test(found.message) && (status === "ok") === (remedy === "");
      });
    await until(`${message} of ${check.name}`, isNamed, 60_000, "pulumi-tsproxy doctor");
    expect((await doctor()).status).toBe(check.status === "fail" ? 1 : 0);
    await bench().lab.mustExec(on, mend);
    await until("it not to be named", async () => !(await isNamed()), 60_000, "pulumi-tsproxy doctor");
    await untilWell();
  });

  it("names networks that the node was told not to use", async () => {
    const configuration = await bench().configurations.of(undefined, {
      tailnets: { lab: { acceptRoutes: false } },
    });
    await stack.configure(configuration);
    succeeded(await stack.up());
    const isNamed = async () =>
      (await ailments()).some(
        ({ tailnet, name, message }) =>
          tailnet === "lab" && name === "routes" && /does not use it/.test(message),
      );
    await until("the networks to be named", isNamed, 30_000, "pulumi-tsproxy doctor");
  });

  it("names a login that has expired, and how to get another one", async () => {
    const { work } = bench().lab.controls;
    const node = (await work.nodes()).find(({ name }) => name === "home-work");
    if (node === undefined) throw new Error("the node is not listed");
    await work.expireNode(node.id);
    const login = async () =>
      (await ailments()).find(({ tailnet, name }) => tailnet === "work" && name === "login");
    await until("the login to be named", async () => (await login()) !== undefined, 30_000, "doctor");
    expect(await login()).toMatchObject({
      status: "fail",
      message: "the login of the node has expired",
      remedy: expect.stringContaining("authKey"),
    });
  });
});

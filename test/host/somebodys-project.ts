/** What `pulumi new typescript` writes, by file, with versions that the checkout has downloaded already. */
const TEMPLATE = {
  "Pulumi.yaml": `name: somebody
description: A minimal TypeScript Pulumi program
runtime:
  name: nodejs
  options:
    packagemanager: npm
`,
  "package.json": JSON.stringify({
    name: "somebody",
    main: "index.ts",
    devDependencies: { "@types/node": "^24", typescript: "^5.0.0" },
    dependencies: { "@pulumi/pulumi": "^3.113.0" },
  }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: {
      strict: true,
      outDir: "bin",
      target: "es2020",
      module: "commonjs",
      moduleResolution: "node",
      sourceMap: true,
      experimentalDecorators: true,
      pretty: true,
      noFallthroughCasesInSwitch: true,
      noImplicitReturns: true,
      forceConsistentCasingInFileNames: true,
    },
    files: ["index.ts"],
  }),
};

/** A program as a user writes it; what the laboratory dictates comes from its configuration. */
const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import { Gateway, GatewayArgs, NetnsTailnet, NetnsTailnetArgs, SocksBridge, SuffixDns } from "pulumi-tsproxy";

const config = new pulumi.Config();
const settings = config.requireObject<GatewayArgs>("gateway");
const login = config.requireObject<Omit<NetnsTailnetArgs, "gateway" | "authKey">>("login");

const home = new Gateway("home", {
  ...settings,
  ssh: { ...settings.ssh, privateKey: config.requireSecret("privateKey") },
});
const work = new NetnsTailnet("work", { gateway: home, authKey: config.requireSecret("authKey"), ...login });
const socks = new SocksBridge("work", { tailnet: work, port: 11080 });
const dns = new SuffixDns("work", { tailnet: work });

export const url = socks.url;
export const suffix = dns.suffix;
`;

/** The files of a new project, by name, with a program that makes one tailnet `work` with port 11080. */
export const FILES: Readonly<Record<string, string>> = { ...TEMPLATE, "index.ts": PROGRAM };

/** Tests are transformed one file at a time, to CommonJS: the fastest form jest has; types are `npm run check`'s work. */
export default {
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "commonjs" } },
    ],
  },
  moduleNameMapper: {
    "^pulumi-tsproxy$": "<rootDir>/components/index.ts",
    "^pulumi-tsproxy/resources$": "<rootDir>/components/resources.ts",
    "^pulumi-tsproxy/host-state$": "<rootDir>/providers/host-state.ts",
  },
  // a loaded machine is slow, and no test is about that
  testTimeout: 60_000,
  testMatch: ["<rootDir>/test/**/*.test.ts"],
};

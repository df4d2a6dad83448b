import { prepare } from "./preparation.ts";
import { say } from "./progress.ts";
import { asSuite, type Suite } from "./versions.ts";

/** The laboratory's arguments are looked through for `--suite SUITE`; the rest is not ours. */
function wantedSuites(args: readonly string[]): Suite[] {
  const suite = args.join(" ").match(/--suite[= ](\S+)/)?.[1];
  return suite === undefined ? [] : [asSuite(suite)];
}

try {
  await prepare(wantedSuites(process.argv.slice(2)));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

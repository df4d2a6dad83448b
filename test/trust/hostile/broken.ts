import type { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { quote } from "../../../providers/engine/wire/script.ts";

/** As {@link HostError} tells it, but in the host's own words. */
export function tellingRaw({ facts: { because, evidence = [] } }: HostError): string {
  return [because, ...evidence].join("\n");
}

/** A program whose words are in plain quotes, as a trusting author writes it. */
export function quotedPlainly(program: string, words: readonly string[]): string {
  const careless = words.reduce((text, word) => text.replaceAll(quote(word), () => `"${word}"`), program);
  return `cd /run\n${careless}`; // whatever it runs stays in the sandbox
}

/** Reads downloads once more, into an object that has names of its own. */
export function sortingCarelessly(host: Host): Host {
  return {
    name: host.name,
    apply: (order) => host.apply(order),
    contents: (paths) => host.contents(paths),
    async look(question) {
      const seen = await host.look(question);
      const found: Record<string, { sha256: string }> = {};
      for (const [path, { sha256 }] of Object.entries(seen.downloads)) {
        const download = found[path] ?? { sha256: "" };
        download.sha256 = sha256;
        found[path] = download;
      }
      return seen;
    },
  };
}

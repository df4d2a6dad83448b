import { browserFiles } from "./browsers.ts";
import { dnsFiles } from "./dns.ts";
import { endsOf, type Resolver, tailnetsOf } from "./ends.ts";
import type { ClientFacts } from "./facts.ts";
import type { ClientFile } from "./file.ts";
import { foxyProxyFiles } from "./foxyproxy.ts";
import { phoneFiles } from "./phones.ts";
import { programFiles } from "./programs.ts";
import { readmeOf } from "./readme.ts";
import { sshFiles } from "./ssh.ts";

/** Everything for the clients of these gateways; the first file says what the others are. */
export function renderClientFiles(facts: ClientFacts): ClientFile[] {
  const tailnets = tailnetsOf(facts);
  const ends = endsOf(facts);
  const onePorts = facts.flatMap(({ address, onePort }): Resolver[] =>
    onePort === undefined ? [] : [{ address, port: onePort }],
  );
  const files = [
    ...browserFiles(
      ends,
      tailnets.some(({ isRouted }) => isRouted),
    ),
    ...foxyProxyFiles(tailnets, ends),
    ...sshFiles(ends),
    ...programFiles(tailnets, ends, onePorts),
    ...dnsFiles(ends),
    ...phoneFiles(ends, onePorts),
  ];
  return [readmeOf(tailnets, ends, files), ...files];
}

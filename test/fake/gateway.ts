import { withoutNonces } from "../contract/machine.ts";
import { FakeHost } from "../fake-host.ts";
import type { Deployment } from "./deployment.ts";
import { PACKAGES } from "./home.ts";
import type { Registration } from "./program.ts";

/** A host in memory that has all that components ask for, and nothing of theirs. */
export function bareHost(address: string, authKeys: readonly string[]): FakeHost {
  const host = new FakeHost(address);
  Object.assign(host.packages.known, PACKAGES);
  for (const key of authKeys) host.tailnet.keys.add(key);
  return host;
}

/** Puts what a program downloads where the host can fetch it. */
export function offerDownloads(host: FakeHost, program: readonly Registration[]): void {
  for (const { inputs } of program)
    for (const { archives, members } of Object.values(inputs.desired.downloads ?? {}))
      for (const { url, sha256 } of Object.values(archives))
        host.internet[url] = {
          sha256,
          members: Object.fromEntries(Object.keys(members).map((name) => [name, `${name} of ${url}`])),
        };
}

/** Records of the engine, each line of which stands for itself: they grow as things come. */
const RECORDS = /^(\/var\/lib\/tsproxy\/(?:dirs|installed) .*\n)((?: {4}.*\n)*)/gm;

/** All of a host that outlives a boot, what runs, and who is logged in; without what differs from time to time. */
export function pictureOf(host: FakeHost): string {
  const timeless = String(host)
    .replace(/^( {4}\S+ \d+):\d+$/gm, "$1")
    .replace(
      RECORDS,
      (_, head: string, lines: string) => head + [...new Set(lines.split("\n"))].sort().join("\n"),
    );
  return withoutNonces(
    [timeless, ...host.tailnet.sockets.map((socket) => `${socket} is logged in`)].join("\n"),
  );
}

/** Keys of the manifests on the host that no resource in the state has. */
export function leftBehind(host: FakeHost, stack: Deployment): string[] {
  const keys = Object.values(stack.outputs)
    .filter(({ connection }) => connection.host === host.name)
    .map(({ identity }) => identity.key);
  return host.disk
    .paths("/var/lib/tsproxy/")
    .flatMap((path) => /([^/]+)\.manifest$/.exec(path)?.[1] ?? [])
    .filter((key) => !keys.includes(key));
}

const SHOWN_MAX = 12;

/** @throws Error with the lines that differ */
export function expectPicture(host: FakeHost, expected: string): void {
  const [wanted, found] = [expected.split("\n"), pictureOf(host).split("\n")];
  if (wanted.join("\n") === found.join("\n")) return;
  const lines = [
    ...wanted.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !wanted.includes(line)).map((line) => `+ ${line}`),
  ];
  const first = wanted.findIndex((line, n) => line !== found[n]);
  const shown = lines.length > 0 ? lines : [`- ${wanted[first]}`, `+ ${found[first]}`];
  throw new Error(`the host is not as it should be:\n${shown.slice(0, SHOWN_MAX).join("\n")}`);
}

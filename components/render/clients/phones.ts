import { fill } from "../template.ts";
import { type End, proxied, type Resolver } from "./ends.ts";
import type { ClientFile } from "./file.ts";

/** Android and iOS have a field for a proxy with the settings of each Wi-Fi network. */
export function phoneFiles(ends: readonly End[], onePorts: readonly Resolver[]): ClientFile[] {
  if (proxied(ends).length === 0) return [];
  const [onePort] = onePorts;
  return [
    {
      path: "phones.md",
      what: "Android and iOS",
      where: "to read",
      away: "as it says there",
      text: fill("clients/phones.md", {
        hasOnePort: onePort !== undefined,
        address: "",
        port: "",
        ...onePort,
      }),
    },
  ];
}

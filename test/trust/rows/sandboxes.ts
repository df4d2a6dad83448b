import { SANDBOX_FILE } from "../../../components/render/names.ts";
import type { Row } from "../contract.ts";
import { exposures, withOutsider, without, withoutSandbox } from "../sandboxes/exposure.ts";
import { insideSandboxes } from "../sandboxes/inside.ts";

/** As it was before networks had user namespaces. */
const PRIVILEGED = [
  "at=/run/systemd/system/tsproxy-work-tailscaled.service.d",
  "mkdir -p $at",
  "printf '[Service]\\nCapabilityBoundingSet=CAP_NET_ADMIN\\nAmbientCapabilities=CAP_NET_ADMIN\\n' >$at/zzzzz.conf",
].join("; ");

export const sandboxes: Row = {
  name: "sandboxes",
  title: "a process that was taken over",
  unproved:
    "The laboratory's containers keep loading of modules and the kernel's log from everybody, so there the units' capabilities and system call filters have to do as proof. A hole in the kernel or in systemd is nobody's to try here.",
  trials: [exposures(), insideSandboxes("box")],
  faults: [
    { name: "the common sandbox is not read", trial: exposures(withoutSandbox) },
    { name: "units have no system call filter", trial: exposures(without("SystemCallFilter")) },
    { name: "units keep every capability", trial: exposures(without("CapabilityBoundingSet")) },
    { name: "units run as root", trial: exposures(without("DynamicUser")) },
    {
      name: "a unit that goes on running is taken for one that works on the kernel",
      trial: exposures(withOutsider),
    },
    {
      name: "tailscaled has its privilege on the host",
      trial: insideSandboxes("boxp", 2, PRIVILEGED),
    },
    {
      name: "the host's sockets are in sight",
      trial: insideSandboxes("boxf", 1, `sed -i '/^TemporaryFileSystem=.run/d' ${SANDBOX_FILE}`),
    },
  ],
};

import type { Lab } from "../index.ts";
import type { Variant } from "./index.ts";

/** What images of LXC, LXD and Incus give every service of a privileged container (lxc/distrobuilder, lxc.generator). */
export const LXC_DROP_IN = `[Service]
ProcSubset=all
ProtectProc=default
ProtectControlGroups=no
ProtectKernelTunables=no
NoNewPrivileges=no
LoadCredential=
ProtectHome=no
ProtectSystem=no
PrivateDevices=no
PrivateTmp=no
ProtectKernelLogs=no
ProtectKernelModules=no
ReadWritePaths=
ReadOnlyPaths=
`;

/** As a container without nesting answers whoever wants a user namespace. */
const NO_USER_NAMESPACES = "[Service]\nRestrictNamespaces=~user\n";

/** Puts a drop-in of every service into place at each boot, before any of them starts. */
async function generate(lab: Lab, name: string, text: string): Promise<void> {
  const program = `#!/bin/sh
mkdir -p /run/systemd/system/service.d
cat >/run/systemd/system/service.d/zzz-${name}.conf <<'END'
${text}END
`;
  const path = `/etc/systemd/system-generators/${name}`;
  const write = `mkdir -p \${1%/*} && cat >$1 && chmod 0755 $1`;
  await lab.mustExec("gateway", ["sh", "-c", write, "sh", path], { stdin: program });
}

export const lxc: Variant = {
  what: "the gateway is a container of LXC: its image takes sandboxes back, and BPF is forbidden",
  async apply(lab) {
    await generate(lab, "lxc-service", LXC_DROP_IN);
    await lab.forbid("gateway", ["bpf"]);
  },
};

export const noUserNamespaces: Variant = {
  what: "the gateway is a container that makes no user namespaces, as those of LXC without nesting",
  async apply(lab) {
    await generate(lab, "no-user-namespaces", NO_USER_NAMESPACES);
    await lab.reboot("gateway");
  },
};

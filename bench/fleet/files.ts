import { randomBytes } from "node:crypto";
import type { HostFiles } from "../../test/lab/files.ts";
import type { KeyPair } from "../../test/lab/secrets.ts";

/** What a measured host has beyond its layers: a name, its own host key, and the login that every tool uses. */
export function hostFiles(name: string, hostKey: KeyPair, login: KeyPair): HostFiles {
  return {
    "/etc/hostname": `${name}\n`,
    "/etc/hosts": `127.0.0.1\tlocalhost\n127.0.1.1\t${name}\n::1\tlocalhost ip6-localhost\n`,
    "/etc/machine-id": `${randomBytes(16).toString("hex")}\n`,
    "/etc/ssh/ssh_host_ed25519_key": { text: hostKey.privateKey, mode: 0o600 },
    "/etc/ssh/ssh_host_ed25519_key.pub": `${hostKey.publicKey}\n`,
    "/root/.ssh/authorized_keys": { text: `${login.publicKey}\n`, mode: 0o600 },
    // A container has no kernel modules to load.
    "/etc/systemd/system/systemd-modules-load.service": { link: "/dev/null" },
    // Newer than /usr: the first boot is like any other.
    "/etc/.updated": "",
    "/var/.updated": "",
  };
}

import type { Variant } from "./index.ts";

export const manyKeys: Variant = {
  what: "the gateway's sshd hangs up at the third key that it does not know",
  async apply(lab) {
    const file = "/etc/ssh/sshd_config.d/few-keys.conf";
    await lab.mustExec("gateway", `echo 'MaxAuthTries 3' >${file} && systemctl reload ssh.service`);
  },
};

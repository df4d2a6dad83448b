/** IPv4 networks that every site may have. */
export const PRIVATE: readonly string[] = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** IPv4 addresses of no machine elsewhere, or of many: this network, loopback, link-local, multicast, reserved. */
export const OF_NO_MACHINE: readonly string[] = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"];

import type { HostPath, UnitName } from "./product.ts";

/** A machine that is measured on: real systemd and sshd in a network namespace, behind the delay line. */
export interface BenchHost {
  readonly name: string;
  readonly address: string;
  /** `ssh-ed25519 AAAA…`. */
  readonly hostKey: string;
}

/** Bytes and packets that crossed the delay line since it was last read, seen from the controller. */
export interface Traffic {
  readonly packets: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

/** Equal hosts behind one delay line. */
export interface Fleet {
  readonly hosts: readonly BenchHost[];
  /** OpenSSH private key of root on every host. */
  readonly keyFile: string;
  /** `known_hosts` with the keys of all hosts; every tool checks them. */
  readonly knownHosts: string;
  /** @param roundTripMs 0 to 1000, for every host from now on. */
  delay(roundTripMs: number): Promise<void>;
  traffic(): Promise<Traffic>;
  /** SHA-256 of mode, owner and content of every managed file and of the state of every managed unit. */
  snapshot(host: BenchHost, objects: Objects): Promise<string>;
  /** Every host as it was after its first boot. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/** What every tool must bring about on a host, the same for all. */
export interface Objects {
  readonly files: Readonly<Record<HostPath, { readonly mode: string; readonly content: string }>>;
  /** Enabled and running, in the order in which they may be started. */
  readonly units: readonly UnitName[];
}

/** One run of a tool. */
export interface Timing {
  readonly wallSeconds: number;
  /** User and system time of the tool and its children on this machine; the hosts' is not in it. */
  readonly cpuSeconds: number;
}

/** A way of bringing `Objects` about. */
export interface Tool {
  /** As in tables, with the version: `Ansible 12.2 (pipelining)`. */
  readonly name: string;
  /** It knows by records of its own what it has applied, and must have applied once to find nothing to do. */
  readonly remembers?: true;
  /** Installs the tool and writes what it needs below `folder`. Not timed. */
  prepare(fleet: Fleet, objects: Objects, folder: string): Promise<void>;
  /** Applies to `hosts` and returns when the tool says that it succeeded. @throws when it does not. */
  run(hosts: readonly BenchHost[]): Promise<Timing>;
}

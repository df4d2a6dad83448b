import type { FileSpec } from "../../../providers/engine/kinds/file.ts";
import type { HostPath, UnitName } from "../../../providers/engine/kinds/names.ts";
import { fill } from "../template.ts";
import { executable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import { command, type Section } from "../unit/text.ts";

/** Logins of a server: its file of them is made on the host from a file for each user. */
export interface Logins {
  readonly tailnet: string;
  /** Word of the server: `socks`. */
  readonly word: string;
  /** What the server is, for people: `SOCKS server`. */
  readonly title: string;
  /** Directory of the server's configuration files. */
  readonly config: HostPath;
  readonly users: readonly string[];
  /** Lines of shell that print them in the form of the server; in the directory where each user has a file. */
  readonly print: string;
}

/** What is made of them. */
export interface MadeLogins {
  /** The server's unit requires it. */
  readonly unit: UnitName;
  /** File for the server: root's alone. */
  readonly ready: HostPath;
  readonly part: Part;
}

/** Key among the secrets of the resource of the password of `user`. */
export function passwordKey(user: string): string {
  return `users/${user}`;
}

/**
 * The files, and a unit that makes them ready ahead of the server. Its check notices a password that has changed; the
 * unit is started anew then, and the server, which requires it, with it: that ends all sessions, those of the user who
 * was taken out among them.
 */
export function logins({ tailnet, word, title, config, users, print }: Logins): MadeLogins {
  // It works on the host, so its unit has no name of a sandboxed one.
  const name = `tsproxy_${word}logins-${tailnet}`;
  const unit: UnitName = `${name}.service`;
  const script: HostPath = `${config}/logins`;
  const directory: HostPath = `${config}/users`;
  const ready: HostPath = `/run/${name}/logins`;
  const text = fill("server/logins", { title, tailnet, users: directory, ready, print });
  const service: Section = [
    "Service",
    [
      ["Type", "oneshot"],
      ["RemainAfterExit", "yes"],
      ["RuntimeDirectory", name],
      ["RuntimeDirectoryMode", "0700"],
      ["ExecStart", command("/bin/sh", script, "write")],
    ],
  ];
  return {
    unit,
    ready,
    part: {
      units: [
        {
          name: unit,
          sections: [
            ["Unit", [["Description", `Logins of the ${title} of tailnet ${tailnet}`]]],
            service,
            ["Install", [["WantedBy", "multi-user.target"]]],
          ],
          readAtStart: { [script]: text },
          check: [script, "check", tailnet],
          mayCutOff: false,
        },
      ],
      files: { [script]: executable(text), ...passwordFiles(directory, users) },
    },
  };
}

function passwordFiles(directory: HostPath, users: readonly string[]): Record<HostPath, FileSpec> {
  return Object.fromEntries(
    users.map((user) => [`${directory}/${user}`, { mode: "0600", content: { secret: passwordKey(user) } }]),
  );
}

/** What a host's sshd says went through it. */
export interface SshLog {
  /** Logins: one per connection. */
  readonly logins: number;
  /** Channels with a command, a shell or a subsystem in them. */
  readonly channels: number;
  /** Most channels that were open at the same time. */
  readonly channelsAtOnce: number;
  /** Connections that were dropped or ended before a login, and channels that were refused. */
  readonly refused: number;
}

/** Counts in the lines of an sshd with `LogLevel VERBOSE`. */
export function sshLogOf(lines: readonly string[]): SshLog {
  let [logins, channels, open, channelsAtOnce, refused] = [0, 0, 0, 0, 0];
  for (const line of lines) {
    if (/^Accepted \S+ for /.test(line)) logins++;
    if (REFUSED.test(line)) refused++;
    if (/^Starting session: /.test(line)) {
      channels++;
      channelsAtOnce = Math.max(channelsAtOnce, ++open);
    }
    if (/^Close session: /.test(line)) open--;
  }
  return { logins, channels, channelsAtOnce, refused };
}

const REFUSED =
  /drop connection|beginning MaxStartups|exited MaxStartups|no more sessions|open failed|^(?:Connection|Disconnected|Timeout).*\[preauth\]$|Failed \S+ for /;

/** The log of several hosts together: sums, and the most of any host. */
export function together(logs: readonly SshLog[]): SshLog {
  const sum = (key: keyof SshLog) => logs.reduce((total, log) => total + log[key], 0);
  return {
    logins: sum("logins"),
    channels: sum("channels"),
    channelsAtOnce: Math.max(0, ...logs.map((log) => log.channelsAtOnce)),
    refused: sum("refused"),
  };
}

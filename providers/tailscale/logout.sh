stays_listed() { say "warning the node could not be logged out and stays listed in its tailnet: $1"; } # WHY

# tailnet_logout TAILSCALE SOCKET CONFIG UNIT SECONDS SERVER: a control server that cannot be reached run not
# hold removal. A run that was interrupted may have put the configuration for another server there already.
tailnet_logout() {
  doing "log out $4"
  [ -f "$3" ] || return 0
  [ -x "$1" ] || { stays_listed "$1 is gone"; return; }
  [ -z "$6" ] || grep -qsF "\"ServerURL\": \"$6\"" "$3" || return 0
  systemctl -q is-active "$4" || systemctl start "$4" || :
  why=$(copy "$3" "$3.tsproxy-locked" 2>&1) || { stays_listed "$(printf %s "$why" | tail -n 1)"; return 0; }
  sed -i 's/"Locked": *true/"Locked": false/' "$3"
  why=$({ timeout "$5" "$1" --socket="$2" debug reload-config && timeout "$5" "$1" --socket="$2" logout; } 2>&1) ||
    stays_listed "$(printf %s "$why" | tail -n 1)"
  run mv -f "$3.tsproxy-locked" "$3"
}

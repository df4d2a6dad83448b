stays_listed() { say "warning the node could not be logged out and stays listed in its tailnet: $1"; } # WHY

# as_its_root UNIT SECONDS COMMAND…: a node in a user namespace takes for root only the one there.
as_its_root() {
  process=/proc/$(systemctl show -P MainPID "$1")
  seconds=$2
  shift 2
  if [ "$process/ns/user" -ef /proc/self/ns/user ]; then timeout "$seconds" "$@"
  else timeout "$seconds" nsenter --user="$process/ns/user" --setuid 0 --setgid 0 "$@"
  fi
}

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
  why=$({ as_its_root "$4" "$5" "$1" --socket="$2" debug reload-config && as_its_root "$4" "$5" "$1" --socket="$2" logout; } 2>&1) ||
    stays_listed "$(printf %s "$why" | tail -n 1)"
  run mv -f "$3.tsproxy-locked" "$3"
}

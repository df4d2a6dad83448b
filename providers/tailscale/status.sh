# probe_tailnet SOCKET…: one process asks all tailscaleds, each for its status and its metrics. Each line that one
# says gets a blank before it, and `@ SOCKET` ends what it said: known by a mark that no node can know, so that none
# speaks for another, or for the host. Slow ones are given up, and talkative ones, whose words are kept in memory
# here; what they say of more than two levels deep is not read by the engine.
deep='			'
probe_tailnet() {
  [ $# -gt 0 ] && command -v curl >/dev/null && read -r mark </proc/sys/kernel/random/uuid || return 0
  sockets=$* next=-q node=http://local-tailscaled.sock/localapi/v0
  set --
  for s in $sockets; do
    set -- "$@" "$next" -s -f --max-time 5 --limit-rate 1M --unix-socket "$s" -w '\n' "$node/status?peers=false" \
      --next -s -f --max-time 1 --limit-rate 1M --unix-socket "$s" -w "\\n$mark $s\\n" "$node/usermetrics"
    next=--next
  done
  said=$(curl "$@" 2>/dev/null)
  IFS=$nl
  for line in $said; do
    case $line in
      "$mark "*) printf '@ %s\n' "${line#"$mark "}" ;;
      "$deep"* | '#'*) ;;
      tailscaled_*) case $line in tailscaled_*_routes\ *) printf ' %s\n' "$line" ;; esac ;;
      *) printf ' %s\n' "$line" ;;
    esac
  done
  unset IFS
}

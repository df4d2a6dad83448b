# What `status` wants to know beyond what a look sees of all that the manifests name. It comes after such a look, and
# changes nothing; $units are those of the manifests.

# indented: lines that others have written get a blank before them, so that none passes for a heading.
indented() { head -c 8388608 | sed 's/^/ /'; }

show_status() {
  say processes
  shown=
  [ -z "$units" ] || shown=$(systemctl show -p Id -p MainPID -p Listen -- $units)
  printf '%s\n' "$shown"
  say programs
  links=
  for line in $shown; do case $line in MainPID=0) ;; MainPID=*) links="$links /proc/${line#*=}/exe" ;; esac; done
  [ -z "$links" ] || stat -c %N $links 2>/dev/null
  say sessions
  ss -Htn state established | while read -r received sent here there; do printf '%s\n' "$here"; done | sort | uniq -c
  say names
  grep -HoE '^[^ #(]+\.:[0-9]+ \{' /etc/tsproxy/zones.d/*.zone 2>/dev/null
  for m in /var/lib/tsproxy/tailnet-*.manifest; do
    tailnet=${m##*/tailnet-} tailnet=${tailnet%.manifest}
    case $tailnet in *[!a-z0-9-]*) ;; *) show_tailnet "$tailnet" ;; esac
  done
}

show_tailnet() { # TAILNET
  say "node $1"
  ask_node "$1" status
  say "metrics $1"
  ask_node "$1" usermetrics
  say "routes $1"
  { ip -4 -n "tsp-$1" route show table 52; ip -6 -n "tsp-$1" route show table 52; } 2>/dev/null | indented
}

ask_node() { # TAILNET WHAT
  curl -s -f --max-time 5 --unix-socket "/run/tsproxy-$1/tailscaled.sock" \
    "http://local-tailscaled.sock/localapi/v0/$2" 2>/dev/null | indented
}

# show_answers: asks the DNS servers of each suffix, by the resolver that the suffix's own unit asks, for a name that is
# an address; another one each time, because answers are kept for a minute. Nothing but the process that asks sees the
# files that are mounted for it.
show_answers() {
  say answers
  for z in /etc/tsproxy/zones.d/*.zone; do
    tailnet=${z##*/} tailnet=${tailnet%.zone}
    resolver=/etc/tsproxy/$tailnet/suffix/resolv.conf
    case $tailnet in *[!a-z0-9-]*) continue ;; esac
    [ -f "$resolver" ] && read -r random </proc/sys/kernel/random/uuid || continue
    suffix=$(sed -n 's/^\([^ #(]*\)\.:[0-9]* {$/\1/p' "$z" | head -n 1)
    address=192.0.2.$((0x${random%"${random#??}"}))
    answer=$(unshare --mount sh -c '
      mount --bind "$1" /etc/resolv.conf && mount --bind /etc/tsproxy/nsswitch.conf /etc/nsswitch.conf &&
        timeout 5 getent ahostsv4 "$2"' - "$resolver" "$address.$suffix" 2>/dev/null | head -n 1)
    case $answer in "$address "*) right=yes ;; *) right=no ;; esac
    printf '%s %s %s\n' "$tailnet" "$suffix" $right
  done
}

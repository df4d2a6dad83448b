# What commands do with one tailnet of a gateway. Each function takes the name of the tailnet first.

here() { # the tailnets of this gateway
  for m in /var/lib/tsproxy/tailnet-*.manifest; do
    [ -f "$m" ] || continue
    m=${m##*/tailnet-}
    printf '%s ' "${m%.manifest}"
  done
}

known() { # TAILNET
  [ ! -f "/var/lib/tsproxy/tailnet-$1.manifest" ] || return 0
  echo "there is no tailnet $1 on this gateway; it has: $(here)"
  exit 1
}

units_of() { # TAILNET: as the manifests name them
  sed -n 's/^unit \([^ ]*\) .*/\1/p' /var/lib/tsproxy/tailnet-"$1".manifest \
    $(ls /var/lib/tsproxy/socks-"$1".manifest /var/lib/tsproxy/dns-"$1".manifest /var/lib/tsproxy/route-"$1".manifest 2>/dev/null)
}

logs() { # TAILNET FOLLOW SINCE: each may be empty; without a tailnet those of the whole gateway
  tailnet=$1 follow=$2 since=$3
  set -- --no-pager --quiet --output=short-iso
  [ -z "$follow" ] || set -- "$@" --follow
  if [ -n "$since" ]; then set -- "$@" --since="$since"; else set -- "$@" --lines=100; fi
  if [ -z "$tailnet" ]; then set -- "$@" --unit='tsproxy*'
  else
    known "$tailnet"
    for u in $(units_of "$tailnet"); do set -- "$@" --unit="$u"; done
  fi
  journalctl "$@"
}

restart() { # TAILNET PART: without a part, all processes
  known "$1"
  units=$(units_of "$1" | grep "^tsproxy-$1-${2:-.*}\.")
  [ -n "$units" ] || { echo "tailnet $1 has no $2"; exit 1; }
  systemctl restart $units && echo "restarted:" $units
}

tailscale() { # TAILNET ARGUMENT…: its own program, as the one that its daemon takes for root
  known "$1"
  tailnet=$1
  shift
  process=$(systemctl show -P MainPID "tsproxy-$tailnet-tailscaled.service")
  if [ "${process:-0}" = 0 ]; then
    echo "tailscaled of tailnet $tailnet does not run: pulumi-tsproxy restart $tailnet tailscaled"
    exit 1
  fi
  program=$(readlink "/proc/$process/exe")
  set -- "${program%/*}/tailscale" --socket="/run/tsproxy-$tailnet/tailscaled.sock" "$@"
  if [ "/proc/$process/ns/user" -ef /proc/self/ns/user ]; then nsenter --net="/proc/$process/ns/net" "$@"
  else nsenter --user="/proc/$process/ns/user" --net="/proc/$process/ns/net" --setuid 0 --setgid 0 "$@"
  fi
}

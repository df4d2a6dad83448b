# What a host run have before the first change. Each function prints its evidence and returns non-zero
# when the requirement is not met; the words for the user are made on the other side.

need() { # NUMBER FUNCTION ARGUMENT…
  n=$1
  shift
  evidence=$("need_$@" 2>&1) || say "finding $n $(printf %s "$evidence" | tail -n 1)"
}

need_root() { [ "$(id -u)" = 0 ]; }
need_systemd() { # VERSION
  [ -d /run/systemd/system ] || { echo "not booted with systemd"; return 1; }
  set -- "$1" $(systemctl --version)
  echo "systemd $3"
  [ "${3%%[!0-9]*}" -ge "$1" ]
}
need_cgroup2() { [ -f /sys/fs/cgroup/cgroup.controllers ]; }
need_tun() { # a daemon of its own user opens it
  [ -c /dev/net/tun ] || { echo "it is missing"; return 1; }
  mode=$(stat -c %a /dev/net/tun)
  echo "mode $mode"
  case $mode in *6) ;; *) return 1 ;; esac
}
need_nft() { ! command -v nft >/dev/null || nft list tables 2>&1 >/dev/null; }
need_user_namespaces() { # made as the unit of a namespace makes it
  setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=+sys_admin --ambient-caps=+sys_admin \
    unshare --user --map-root-user --net true
}
need_architecture() { m=$(uname -m); echo "$m"; case " $* " in *" $m "*) ;; *) return 1 ;; esac; }

need_package_manager() {
  [ -n "$manager" ] || { echo "there is none of: $MANAGERS"; return 1; }
  ! ${manager}_busy
}

need_package() { # NAME
  echo "$manager"
  ${manager}_knows "$1" || { ${manager}_update >/dev/null; ${manager}_knows "$1"; }
}

need_address() { # ADDRESS INTERFACE
  command -v ip >/dev/null || { echo "there is no command ip"; return 1; }
  found=$(ip $(family_of "$1") -o addr show dev "$2" 2>/dev/null) || { echo "there is no interface $2"; return 1; }
  found=$(printf '%s\n' "$found" | awk 'NF { sub("/.*", "", $4); print $4 }' | tr '\n' ' ')
  echo "$2 has ${found:-no address}"
  case " $found" in *" $1 "*) ;; *) return 1 ;; esac
}

family_of() { case $1 in *:*) echo -6 ;; *) echo -4 ;; esac; } # ADDRESS

need_absent() { # 'namespace NAME' | 'interface NAME' | 'table FAMILY NAME' | 'rule PRIORITY SELECTOR VALUE' …
  there=
  for o; do ! is_there $o || there="$there, $o"; done
  echo "${there#, }"
  [ -z "$there" ]
}

need_port() { # tcp|udp ADDRESS PORT UNIT
  command -v ss >/dev/null || return 0 # then a unit that cannot listen will tell
  flag=-t any=0.0.0.0
  [ "$1" = tcp ] || flag=-u
  case $2 in
    *:*)
      any=*
      set -- "$1" "[$2]" "$3" "$4"
      ;;
  esac
  taken=$(ss -Hlnp $flag "sport = :$3" | awk -v a="$2:$3" -v w="$any:$3" -v s="*:$3" -v v="[::]:$3" \
    '{ sub("%[^:]*", "", $4) } $4 == a || $4 == w || $4 == s || $4 == v { print $4, $NF; exit }')
  [ -n "$taken" ] && ! is_listening "$4" "$2:$3" "$taken" || return 0
  echo "$taken"
  return 1
}
is_listening() { # UNIT ADDRESS:PORT LISTENER: a socket by its address, a service by its process
  systemctl -q is-active "$1" || return 1
  case $(systemctl show -P Listen "$1") in *"$2 "*) return 0 ;; esac
  # of a socket whose file is gone systemd has no addresses; the service that it opened the port for holds it
  for p in $(systemctl show -P MainPID "$1" "${1%.socket}.service"); do
    case $3 in *"pid=$p,"*) return 0 ;; esac
  done
  return 1
}

need_sandbox() { # PROPERTY…: a container may forbid what a unit asks for
  command -v systemd-run >/dev/null || return 0
  try=tsproxy_try-$$
  for p; do
    set -- "$@" -p "$p"
    shift
  done
  said=$(systemd-run --quiet --wait --collect --unit=$try "$@" true 2>&1) || {
    journalctl --sync
    journalctl -q -u $try.service -o cat --no-pager 2>/dev/null | sed -n 's/^.*: \(Failed .*\)/\1/p' | head -n 1 | grep . || echo "$said"
    return 1
  }
  # images of LXC keep systemd from asking for this one, for the units of others
  unshare --mount mount -t proc -o hidepid=2 proc /proc 2>&1
}

need_address_filter() { # where systemd can count a unit's packets, it can filter them
  command -v systemd-run >/dev/null || return 0
  try=tsproxy_try-$$
  systemd-run --quiet --collect --unit=$try -p IPAccounting=yes -p RemainAfterExit=yes true 2>/dev/null || return 0
  counted=$(systemctl show -P IPIngressBytes $try.service)
  systemctl stop $try.service
  case $counted in *[!0-9]* | '') return 1 ;; esac
}

need_group_filter() { # where nft is not installed yet, the kernel cannot be asked
  command -v nft >/dev/null || return 0
  group=$(sed -n 's|^0::/||p' /proc/self/cgroup)
  chain="type filter hook output priority 0; socket cgroupv2 level 1 \"$group\" accept"
  message=$(nft -c "table inet tsproxy_try { chain output { $chain; }; }" 2>&1) || { echo "$message" | sed -n '1s/.*Error: //p'; return 1; }
}

need_limits() {
  for c in memory pids; do
    grep -qsw $c /sys/fs/cgroup/cgroup.controllers || { echo "no $c in /sys/fs/cgroup/cgroup.controllers"; return 1; }
  done
}

need_resolver() { # [by6]: a namespace cannot ask those that answer on this host alone
  for f in /run/systemd/resolve/resolv.conf /etc/resolv.conf /etc/resolv.pre-tailscale-backup.conf; do
    ! resolvers_in $f | grep -qv -e '^127\.' -e '^0\.' -e '^100\.100\.100\.100$' || return 0
    [ -z "${1-}" ] || ! grep -qsiE '^[[:space:]]*nameserver[[:space:]]+([23]|f[cd])[0-9a-f]*:[0-9a-f:]+[[:space:]]*$' $f || return 0
  done
  echo $(resolvers_in /etc/resolv.conf)
  return 1
}
resolvers_in() { sed -n 's/^[[:space:]]*nameserver[[:space:]]\{1,\}\([0-9][0-9.]*\)[[:space:]]*$/\1/p' "$1" 2>/dev/null; } # FILE

need_way_to() { # NAME [by6]: a server on a network of the host's own needs no default route
  command -v ip >/dev/null || return 0
  [ -z "$(ip -4 route show default)" ] || return 0
  for a in $(addresses_of "$1"); do ! ip -4 route get "$a" >/dev/null 2>&1 || return 0; done
  route=$(ip -6 route show default | head -n 1)
  [ -z "${2-}" ] || [ -z "$route" ] || return 0
  echo "$route"
  return 1
}
addresses_of() { timeout 5 getent ahostsv4 "$1" | sed -n 's/ .*STREAM.*//p'; } # NAME

need_known_name() { # NAME [by6]
  case ${2-} in by6) database=ahosts ;; *) database=ahostsv4 ;; esac
  timeout 5 getent $database "$1" >/dev/null && return
  [ $? != 124 ] || echo "no answer within 5 s"
  return 1
}

need_free_network() { # NETWORK: routes that hold it, and those in it
  command -v ip >/dev/null || return 0
  taken=$(ip -4 -o route show match "$1"; ip -4 -o route show root "$1")
  taken=$(printf '%s\n' "$taken" | sed -n '/^default /d; / dev tsp-/d; s/^\(.* dev [^ ]*\).*/\1/p' | head -n 1)
  echo "$taken"
  [ -z "$taken" ]
}

# By the routes that namespaces take, whatever tunnel takes the host's own packets. What leads to most of the internet by a
# link alone is a tunnel or a modem, and no network that the host is in.
is_of_a_network_here() { # ADDRESS
  case $(ip -4 route get "$1" 2>/dev/null) in local\ *) return 0 ;; esac
  ip -4 route show table main match "$1" scope link 2>/dev/null |
    awk '{ split($1, parts, "/") } $1 != "default" && (parts[2] == "" || parts[2] >= 8) { here = 1 } END { exit !here }'
}

need_open_server() { # NAME
  for a in $(addresses_of "$1"); do
    case $a in
      10.* | 100.6[4-9].* | 100.[7-9]?.* | 100.1[01]?.* | 100.12[0-7].* | 127.* | 169.254.* | 192.168.*) ;;
      172.1[6-9].* | 172.2?.* | 172.3[01].*) ;;
      *) ! is_of_a_network_here $a || { closed=$a; continue; }; return 0 ;;
    esac
    closed=$a
  done
  echo "${closed-}"
  [ -z "${closed-}" ]
}

# need_firewalls INTERFACE: prints whose rules drop what the host forwards, those of that interface too: ufw, firewalld,
# docker, iptables, or FAMILY/TABLE/CHAIN of nft.
need_firewalls() {
  found=
  for chain in $(dropping_nft "$1") $(dropping_iptables "$1"); do
    case $chain in
      ip/filter/FORWARD) chain=$(owner_of_forward) ;;
      inet/firewalld/*) chain=firewalld ;;
      ip6/*) continue ;; # the uplink of a namespace is IPv4 only
    esac
    case " $found" in *" $chain "*) ;; *) found="$found$chain " ;; esac
  done
  echo "$found"
  [ -z "$found" ]
}
owner_of_forward() {
  if grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf; then echo ufw
  elif systemctl -q is-active docker 2>/dev/null; then echo docker
  else echo iptables
  fi
}

# dropping_nft INTERFACE: base chains that drop by their policy or by a last rule without a condition. Rules of others
# that name the interface are taken for those that let it through.
dropping_nft() {
  command -v nft >/dev/null || return 0
  nft list ruleset 2>/dev/null | awk -v name="\"$1\"" '
    $1 == "table" { table = $2 "/" $3; ours = $3 ~ /^tsproxy/; next }
    $1 == "chain" { chain = $2; forward = drops = 0; last = ""; next }
    / hook forward / { forward = 1; drops = /policy drop/; next }
    $1 == "}" && chain != "" {
      if (forward && !ours && (drops || last ~ /^(counter packets [0-9]+ bytes [0-9]+ )?(drop|reject)/)) found = found table "/" chain "\n"
      chain = ""
      next
    }
    !ours && (index($0, name) || index($0, "\"tsp-*\"")) { named = 1 }
    chain != "" { last = $0; sub(/^[ \t]+/, "", last) }
    END { if (!named) printf "%s", found }'
}
dropping_iptables() { # INTERFACE: also of hosts whose iptables is not nft, or that have no nft yet
  command -v iptables >/dev/null || return 0
  rules=$(iptables -S 2>/dev/null) || return 0
  case $rules in *" $1 "* | *" tsp-+ "*) return 0 ;; esac
  printf '%s\n' "$rules" | awk '
    $1 == "-P" && $2 == "FORWARD" { drops = $3 == "DROP" }
    $1 == "-A" && $2 == "FORWARD" { last = $3 " " $4 }
    END { if (drops || last ~ /^-j (DROP|REJECT)$/) print "ip/filter/FORWARD" }'
}

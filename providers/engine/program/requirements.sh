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
  found=$(ip -4 -o addr show dev "$2" 2>/dev/null) || { echo "there is no interface $2"; return 1; }
  found=$(printf '%s\n' "$found" | awk '{ sub("/.*", "", $4); print $4 }' | tr '\n' ' ')
  echo "$2 has ${found:-no address}"
  case " $found" in *" $1 "*) ;; *) return 1 ;; esac
}

need_absent() { # 'namespace NAME' | 'interface NAME' | 'table FAMILY NAME' | 'rule PRIORITY SELECTOR VALUE' …
  there=
  for o; do ! is_there $o || there="$there, $o"; done
  echo "${there#, }"
  [ -z "$there" ]
}

need_port() { # tcp|udp ADDRESS PORT UNIT
  command -v ss >/dev/null || return 0 # then a unit that cannot listen will tell
  flag=-t
  [ "$1" = tcp ] || flag=-u
  taken=$(ss -Hlnp $flag "sport = :$3" | awk -v a="$2:$3" -v w="0.0.0.0:$3" -v s="*:$3" -v v="[::]:$3" \
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

need_firewalls() {
  found=
  ! grep -qs '^ENABLED=yes' /etc/ufw/ufw.conf || found="ufw "
  for u in firewalld docker; do ! systemctl -q is-active $u 2>/dev/null || found="$found$u "; done
  echo "$found"
  [ -z "$found" ]
}

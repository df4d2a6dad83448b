# Looks at what the manifests on the host name and at what the caller asks about besides, and prints it
# in sections. Costs a fixed number of processes, plus what the programs of the checks cost.

say() { printf '= %s\n' "$*"; }

# await_undo: a change that was not confirmed yet may be undone within a minute; what is seen before is not what stays.
await_undo() {
  waited=0
  while set -- /run/systemd/transient/tsproxy_undo-* && [ -e "$1" ] && [ $waited -lt 700 ]; do
    sleep 0.1
    waited=$((waited + 1))
  done
}

nl='
'
files= units= commands= checks= packages= probes= seen=

ask() { # a line of a manifest; one that is no such line asks nothing
  case "$seen" in *"|$*|"*) return ;; esac
  seen="$seen|$*|"
  [ $# -ge 2 ] || return 0
  kind=$1
  shift
  case $kind in
    file) files="$files $1" ;;
    unit)
      units="$units $1"
      [ $# -ge 4 ] || return 0
      shift 2
      ask_check "$@"
      ;;
    package) packages="$packages $1" ;;
    download) d=$1; shift; for m; do files="$files $d/$m"; done; downloads="$downloads $d" ;;
    probe) probes="$probes$2 $3$nl" ;;
  esac
}

# ask_check COMMAND… NAME
ask_check() {
  command=$1
  shift
  while [ $# -gt 1 ]; do
    command="$command $1"
    shift
  done
  case "|$commands" in *"|$command|"*) ;; *) commands="$commands$command|" ;; esac
  checks="$checks$command|$1$nl"
}

# Commands that differ in the name only are run as one, with all names. Each prints a line `NAME STATUS`;
# one that hangs does not answer.
run_checks() {
  IFS='|'
  for command in $commands; do
    names=
    IFS=$nl
    for c in $checks; do
      case $c in "$command|"*) ;; *) continue ;; esac
      # a unit that got another name is for a while known by both
      case "$names " in *" ${c##*|} "*) ;; *) names="$names ${c##*|}" ;; esac
    done
    unset IFS
    printf '%s\n' "$command"
    timeout 20 $command $names 2>/dev/null
  done
  unset IFS
}

# run_probes KIND…: the part of the program that a kind of probe brings asks all its sockets at once.
run_probes() {
  for kind; do
    sockets=
    IFS=$nl
    for p in $probes; do case $p in "$kind "*) sockets="$sockets ${p#* }" ;; esac; done
    unset IFS
    [ -n "$sockets" ] || continue
    say "probes $kind"
    probe_$kind $sockets
  done
}

# `uname -m`, without a process where the loader of programs tells.
architecture() {
  if [ -e /lib64/ld-linux-x86-64.so.2 ] && [ ! -e /lib/ld-linux-aarch64.so.1 ]; then echo x86_64
  elif [ -e /lib/ld-linux-aarch64.so.1 ] && [ ! -e /lib64/ld-linux-x86-64.so.2 ]; then echo aarch64
  else uname -m
  fi
}

# addresses: each interface with an address of its that means something on other hosts, by one process.
addresses() {
  IFS=$nl
  for line in $(ip -o address show 2>/dev/null); do
    unset IFS
    set -- $line
    case $3:$4 in inet:* | inet6:[!f]* | inet6:f[cd]*) echo "$2 ${4%/*}" ;; esac
  done
  unset IFS
}

# show_units: those on their way up are asked again, for two seconds: one that starts anew by itself is no drift.
show_units() {
  for i in 1 2 3 4 5 6; do
    shown=$(systemctl show -p Id -p LoadState -p ActiveState -p SubState -p Result -p UnitFileState -p NeedDaemonReload -- $units)
    case $shown in *ActiveState=activating*) [ $i = 6 ] || sleep 0.4 ;; *) break ;; esac
  done
  printf '%s\n' "$shown"
}

manifests() {
  say manifests
  for m in /var/lib/tsproxy/*.manifest; do
    [ -f "$m" ] || continue
    printf '%s\n' "${m##*/}"
    while read -r line || [ -n "$line" ]; do
      printf ' %s\n' "$line"
      set -f && ask $line && set +f
    done <"$m"
    case $m in */gateway.manifest) ;; *) continue ;; esac
    for d in $(left_over); do
      printf ' download %s\n' "$d"
      ask download "$d"
    done
  done
}

# left_over: discarded downloads that a run which died did not take away. They count as the gateway's, or no run would.
left_over() {
  [ -f /var/lib/tsproxy/discarded ] || return 0
  while read -r d; do is_wanted "$d" || is_started_from "$d" || printf '%s\n' "$d"; done </var/lib/tsproxy/discarded
}
is_wanted() { grep -qsE "^download $1( |$)" /var/lib/tsproxy/*.manifest; } # DIR
is_started_from() { grep -qsF "$1/" /etc/systemd/system/*.service; } # DIR

look() {
  downloads=
  manifests
  set -f
  IFS=$nl
  for line in $1; do
    unset IFS
    ask $line
  done
  unset IFS
  say host
  architecture
  addresses
  say files
  [ -z "$files" ] || stat -c '%f %u:%g %s:%Y %n' -- $files 2>/dev/null
  say digests
  texts=
  for f in $files; do case " $downloads " in *" ${f%/*} "*) ;; *) [ ! -f "$f" ] || texts="$texts $f" ;; esac; done
  [ -z "$texts" ] || sha256sum -- $texts 2>/dev/null
  say downloads
  for d in $downloads; do [ ! -f "$d/.archive" ] || while read -r line; do printf '%s %s\n' "$d" "$line"; done <"$d/.archive"; done
  say units
  [ -z "$units" ] || show_units
  say stamps
  for u in $units; do
    started=- reloaded=-
    [ ! -f /run/tsproxy/$u.started ] || read -r started </run/tsproxy/$u.started
    [ ! -f /run/tsproxy/$u.reloaded ] || read -r reloaded </run/tsproxy/$u.reloaded
    case $started$reloaded in --) ;; *) printf '%s %s %s\n' "$u" "${started:--}" "${reloaded:--}" ;; esac
  done
  say checks
  run_checks
  say packages
  [ -z "$packages" ] || [ -z "$manager" ] || ${manager}_installed $packages
  run_probes $PROBES
  set +f
}

# contents FILE…: the bytes, in base64.
contents() {
  for f; do
    [ -f "$f" ] && [ ! -L "$f" ] || continue # a link may lead to what is not ours to show
    say "content $f"
    base64 -w 0 <"$f"
    echo
  done
}

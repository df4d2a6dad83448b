# Looks at what the manifests on the host name and at what the caller asks about besides, and prints it
# in sections. Costs a fixed number of processes, plus one for each check and each probe.

files= units= checks= packages= probes= seen=

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
      u=$1
      [ $# -ge 3 ] || return 0
      shift 2
      checks="$checks$u $*
"
      ;;
    package) packages="$packages $1" ;;
    download) d=$1; shift; for m; do files="$files $d/$m"; done; downloads="$downloads $d" ;;
    probe) probes="$probes$*
" ;;
  esac
}

manifests() {
  say manifests
  for m in /var/lib/tsproxy/*.manifest; do
    [ -f "$m" ] || continue
    printf '%s\n' "${m##*/}"
    while read -r line; do
      printf ' %s\n' "$line"
      set -f && ask $line && set +f
    done <"$m"
  done
}

look() {
  downloads=
  manifests
  while read -r line; do set -f && ask $line && set +f; done <<EOF
$1
EOF
  set -f
  say host
  uname -m
  say files
  [ -z "$files" ] || stat -c '%f %u:%g %s:%Y %n' -- $files 2>/dev/null
  say digests
  texts=
  for f in $files; do case " $downloads " in *" ${f%/*} "*) ;; *) [ ! -f "$f" ] || texts="$texts $f" ;; esac; done
  [ -z "$texts" ] || sha256sum -- $texts 2>/dev/null
  say downloads
  for d in $downloads; do [ ! -f "$d/.archive" ] || while read -r line; do printf '%s %s\n' "$d" "$line"; done <"$d/.archive"; done
  say units
  [ -z "$units" ] || systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState -p NeedDaemonReload -- $units
  say stamps
  for u in $units; do
    for s in started reloaded; do
      [ ! -f /run/tsproxy/$u.$s ] || { read -r v </run/tsproxy/$u.$s; printf '%s %s %s\n' "$u" $s "$v"; }
    done
  done
  say checks
  printf %s "$checks" | while read -r u command; do
    timeout 10 $command >/dev/null 2>&1 </dev/null
    printf '%s %s\n' "$u" $?
  done
  say packages
  [ -z "$packages" ] || dpkg-query -W -f '${Package} ${db:Status-Status}\n' $packages 2>/dev/null
  say probes
  printf %s "$probes" | while read -r name kind tailscale socket; do
    printf '%s\n' "$socket"
    timeout 10 "$tailscale" --socket="$socket" status --json --peers=false 2>/dev/null </dev/null | sed 's/^/ /'
    echo
  done
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

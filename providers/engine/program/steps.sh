# The steps of a plan. Each says what it does on a line of its own, so that a failure can be named,
# and returns non-zero when the plan must stop. Runs as root under the host's lock.

LIB=/var/lib/tsproxy
RUN=/run/tsproxy
UNITS=/etc/systemd/system

doing() { say "doing $*"; }

# Runs a command quietly; what it printed becomes the evidence if it fails.
must() {
  evidence=$("$@" 2>&1) && return 0
  code=$?
  say "failed $code"
  printf '%s\n' "$evidence" | tail -n 20 | sed 's/^/| /'
  return 1
}

# easily COMMAND…: `must` without a process of its own, for what can be done once more to hear what it says.
easily() { "$@" >/dev/null 2>&1 || must "$@"; }

# lock WAIT HOLDER: one program at a time; the holder's name is for whoever has to wait.
lock() {
  # a shell ends at once when it cannot open a file for `exec`
  evidence=$( { mkdir -p $RUN && : >>$RUN/.lock; } 2>&1) || { say unlockable; printf '| %s\n' "$evidence"; return 1; }
  exec 9>>$RUN/.lock
  flock -w "$1" 9 || { say locked; sed 's/^/| /' $RUN/.lock; return 1; }
  # whoever had it may have taken the file away with the last of ours: then others lock another one
  [ $RUN/.lock -ef /proc/self/fd/9 ] || { lock "$@"; return; }
  printf '%s, process %s, since %s\n' "$2" $$ "$(date -u '+%F %T UTC')" 2>/dev/null >$RUN/.lock || : # a full /run keeps no name
}

# digest PATH: sets `digest`. Most files of a first run are absent, which costs no process.
digest() {
  if [ -L "$1" ]; then digest=link
  elif [ -f "$1" ]; then digest=$(sha256sum <"$1") && digest=${digest%% *}
  elif [ -e "$1" ]; then digest=other
  else digest=absent
  fi
}

# guard PATH DIGEST: looking and acting are two moments; refuse what changed in between.
guard() {
  digest "$1" && [ "$digest" = "$2" ] || { say "moved $1"; return 1; }
}

# claim KEY HEAD: refuses when the manifest has come to be another resource's, or to be, or to be gone.
claim() {
  head=
  [ ! -f "$LIB/$1.manifest" ] || read -r head <"$LIB/$1.manifest" || :
  [ "$head" = "$2" ] || { say "moved $LIB/$1.manifest"; return 1; }
}

# records: the place for them. Only for what has something to put there: a program that removes what is gone already
# may be cut, and nobody would come back for an empty directory.
records() { [ -d $LIB ] || mkdir -p -m 0700 $LIB; }

# parents DIR: makes what is missing and remembers it, so that it can be taken away again.
parents() {
  [ -d "$1" ] && return
  parents "${1%/*}" && records && printf '%s\n' "$1" >>$LIB/dirs && mkdir -m 0755 "$1"
}

# straight DIR: refuses one that is somewhere else, where others may own what lies there. Directories of the
# distribution may be links.
straight() {
  case $1 in '' | /etc | /etc/systemd | $UNITS | /usr | /usr/local | /usr/local/lib | /var | /var/lib) return ;; esac
  [ ! -L "$1" ] || { echo "$1 is a symbolic link; put a directory there, or nothing"; return 1; }
  straight "${1%/*}"
}

# replace PATH MODE CONTENT: whole or not at all; never readable by more than MODE says.
replace() {
  change_mode=yes
  case $2 in
    0644) [ -e "$1" ] || [ -e "$1.tsproxy-new" ] || change_mode= ;; # a new file of that mode is born with it
    *) umask 077 ;;
  esac
  printf %s "$3" >"$1.tsproxy-new" && { [ -z "$change_mode" ] || chmod "$2" "$1.tsproxy-new"; } &&
    mv -fT "$1.tsproxy-new" "$1" && umask 022 && return
  umask 022
  rm -f "$1.tsproxy-new"
  return 1
}

# rewrite FILE: a record of ours with what comes in; as it was where that cannot be written, as on a full disk.
rewrite() { cat >"$1.new" && mv -f "$1.new" "$1" || { rm -f "$1.new"; return 1; }; } 2>/dev/null

write() { # PATH MODE FOUND CONTENT
  doing "write $1"
  easily straight "${1%/*}" && guard "$1" "$3" || return
  [ ! -e "$LIB/adopted$1.returned" ] || must keep_again "$1" || return
  easily parents "${1%/*}" && easily replace "$1" "$2" "$4"
}

adopt() { # PATH
  doing "adopt $1"
  easily straight "${1%/*}" || return
  [ -e "$LIB/adopted$1" ] || { easily records && easily parents "$LIB/adopted${1%/*}" && must copy "$1" "$LIB/adopted$1"; }
}

# copy FROM TO: whole or not at all; half of it would be given back one day.
copy() {
  cp -a "$1" "$2.tsproxy-new" && mv -fT "$2.tsproxy-new" "$2" && return
  rm -f "$2.tsproxy-new"
  return 1
}

# What was given back stays beside it as `.returned` for as long as a manifest names it: a run that died before
# it noted so would take the file for ours, and delete it or write over it.
give_back() {
  kept=$LIB/adopted$1
  rm -f "$1.tsproxy-new" # of a run that was killed
  if [ -e "$kept" ]; then copy "$kept" "$1" && mv -fT "$kept" "$kept.returned"
  elif [ ! -e "$kept.returned" ]; then rm -f "$1"
  fi
}

keep_again() {
  if [ -e "$1" ]; then copy "$1" "$LIB/adopted$1" || return; fi
  rm -f "$LIB/adopted$1.returned"
}

remove() { # PATH FOUND
  doing "remove $1"
  easily straight "${1%/*}" && guard "$1" "$2" && must give_back "$1"
}

# part ORDER FUNCTION: steps of one of several orders, unless an earlier one of that order stopped it.
stopped=
part() {
  case $stopped in *" $1 "*) return ;; esac
  say "order $1"
  "$2" || stopped="$stopped $1 "
}

# disable UNIT…: what enabling and starting leaves, also when the unit's file is gone.
disable() {
  doing "disable $*"
  for u; do
    [ ! -f $UNITS/$u ] || must systemctl --no-reload disable "$u" || return
    rmdir $UNITS/"$u".wants $UNITS/"$u".requires 2>/dev/null || :
    rm -f $UNITS/*.wants/"$u" $UNITS/*.requires/"$u" $RUN/"$u".started $RUN/"$u".reloaded
  done
}

stop() { # UNIT…
  doing "stop $*"
  must systemctl stop "$@" && disable "$@" || return
  for u; do
    # systemd cleans no failed unit, and remembers its failure after the file is gone
    ! systemctl -q is-failed "$u" || must systemctl reset-failed "$u" || return
  done
}

clean() { # UNIT…
  doing "delete the state of $*"
  for u; do [ "$(systemctl show -P LoadState "$u")" != loaded ] || must systemctl clean --what=all "$u" || return; done
}

# is_there namespace NAME | interface NAME | table FAMILY NAME | rule PRIORITY SELECTOR VALUE: in the kernel, as far as
# this host can say.
is_there() {
  case $1 in
    namespace) [ -e "/run/netns/$2" ] ;;
    interface) command -v ip >/dev/null && ip link show dev "$2" >/dev/null 2>&1 ;;
    table) command -v nft >/dev/null && nft list table "$2" "$3" >/dev/null 2>&1 ;;
    rule) command -v ip >/dev/null && [ -n "$(ip rule show pref "$2" "$3" "$4" 2>/dev/null)" ] ;;
  esac
}

# unmake 'KIND NAME…'…: what units left in the kernel whose own programs were deleted.
unmake() {
  doing "take away what units made"
  for o; do
    set -- $o
    case $1 in
      namespace) ! is_there $o || must ip netns del "$2" || return ;;
      interface) ! is_there $o || must ip link del dev "$2" || return ;;
      table) ! is_there $o || must nft delete table "$2" "$3" || return ;;
      # there may be several alike
      rule) ! command -v ip >/dev/null || while ip rule del pref "$2" "$3" "$4" 2>/dev/null; do :; done ;;
    esac
  done
}

# wipe NAME…: what systemd keeps for units whose files may be gone.
wipe() {
  doing "delete the state in $*"
  for d; do must rm -rf "/var/lib/$d" "/var/lib/private/$d" "/var/cache/$d" "/var/cache/private/$d" "/var/log/$d" "/var/log/private/$d" || return; done
}

# Nobody else writes between the orders of one program: the first reload is that of all.
systemd_reloaded=
systemd_reload() {
  doing "reload systemd"
  [ -n "$systemd_reloaded" ] || { must systemctl daemon-reload && systemd_reloaded=yes; }
}
# enable UNIT…: takes away links that earlier versions of the units asked for.
enable() { doing "enable $*" && must systemctl --no-reload reenable "$@"; }
reload() { doing "reload $*" && must systemctl reload "$@"; }

# tell UNIT…: units of others, which may be in no state to be told, and hold nothing up then.
tell() {
  doing "tell $*"
  for u; do
    refusal=$(systemctl reload "$u" 2>&1) ||
      say "warning $u does not know yet that files which it reads have changed: $(printf %s "$refusal" | tail -n 1)"
  done
}

# queue ORDER UNIT…: what an order that was not stopped wants started.
queued=
queue() {
  case $stopped in *" $1 "*) return ;; esac
  shift
  queued="$queued $*"
}

# note_running UNIT…: which of them `launch` restarts. Asked before anything is started, because starting one starts others.
note_running() {
  running=
  states "$@"
  for u in $states; do case $u in *=active) running="$running${u%=*} " ;; esac; done
}

# launch: starts at once what all orders want, so that one login does not wait for another.
# systemd orders them; those that ran already are restarted. What became of each, its order asks by `start`.
launch() {
  set -- $queued
  queued=
  [ $# -gt 0 ] || return 0
  say order -
  doing "start $*"
  again= anew=
  for u; do case " $running" in *" $u "*) again="$again $u" ;; *) anew="$anew $u" ;; esac; done
  refusals=$([ -z "$again" ] || systemctl restart $again 2>&1; [ -z "$anew" ] || systemctl start $anew 2>&1)
}

# note_restarted: what hangs on units that were just restarted was restarted with them, and need not be once more.
note_restarted() {
  [ -n "$again" ] || return 0
  with=" $(systemctl show -p BoundBy -p RequiredBy -p ConsistsOf --value $again | tr '\n' ' ') "
  before=$running running=
  for u in $before; do case $with in *" $u "*) ;; *) running="$running$u " ;; esac; done
}

# What the kernel holds may cut the way to this host. Before it changes, an undo is armed: unless a new connection
# comes through in time, systemd stops and disables the units by itself, whatever became of this program. They take
# what they own with them.
risked= at_risk= deciding=

# risk ORDER UNIT…: what an order that was not stopped is going to change.
risk() {
  case $stopped in *" $1 "*) return ;; esac
  case " $risked" in *" $1 "*) ;; *) risked="$risked$1 " ;; esac
  shift
  at_risk="$at_risk $*"
}

# With an argument for each unit. Its output is kept in the journal: journalctl -t tsproxy
UNDO='echo "no new connection came through in time: stopping and disabling $*"; systemctl stop "$@"; systemctl disable "$@"'

arm() { # NONCE SECONDS
  [ -n "$at_risk" ] || return 0
  say order -
  doing "arm an undo of$at_risk"
  evidence=$(systemd-run --quiet --collect --unit="tsproxy_undo-$1" --description="Undo of what may have cut the way to this host" \
    --property=Type=oneshot --property=SyslogIdentifier=tsproxy --on-active="$2" --timer-property=AccuracySec=1s sh -c "$UNDO" sh $at_risk 2>&1) && {
    say "armed $1"
    return
  }
  refuse_risk "arm an undo of$at_risk" "$evidence"
  at_risk=
}

refuse_risk() { # DOING EVIDENCE: of all orders whose change it is
  for o in $risked; do
    case $stopped in *" $o "*) continue ;; esac
    say "order $o"
    doing "$1"
    say "failed 1"
    printf '%s\n' "$2" | sed 's/^/| /'
    stopped="$stopped $o "
  done
}

# ask_way: the change is made. Whoever asked for it connects anew and then answers with a line.
ask_way() { # NONCE
  [ -n "$at_risk" ] || return 0
  note_restarted
  decide "$1" <&8 >/dev/null 2>&1 9>&- &
  deciding=$!
  say order -
  say "way $1"
}

decide() { # NONCE
  timeout 60 sh -c 'read -r answer && [ "$answer" = "$1" ]' sh ": way $1" && systemctl stop "tsproxy_undo-$1.timer" && return
  # in this order: systemd forgets the one without the other; and a timer that stays would undo what comes later
  systemctl start "tsproxy_undo-$1.service"
  systemctl stop "tsproxy_undo-$1.timer"
  return 1
}

settle_way() {
  [ -n "$deciding" ] || return 0
  say order -
  doing "wait for a new connection"
  wait $deciding ||
    refuse_risk "keep the way to this host open" "no new connection came through in time; the host stopped and disabled$at_risk"
}

# states UNIT…: sets `states` to a word UNIT=STATE for each.
states() {
  states=
  for s in $(systemctl is-active "$@"); do
    states="$states $1=$s"
    shift
  done
}

start() { # UNIT…, which `launch` has started
  doing "start $*"
  dead=
  states "$@"
  for u in $states; do case $u in *=active | *=reloading) ;; *) dead="$dead $u" ;; esac; done
  [ -n "$dead" ] || return 0
  say "failed 1"
  for u in $dead; do
    printf '| %s is %s\n' "${u%=*}" "${u#*=}"
    printf '%s\n' "$refusals" | grep -F " ${u%=*}" | sed 's/^/| /'
    journal_of "${u%=*}"
  done
  return 1
}

journal_of() { journalctl -q -u "$1" -n 12 -o cat --no-pager 2>&1 | sed "s/^/| $1: /"; } # UNIT

# settle UNIT…: gives units that are on their way up half a minute.
settle() {
  doing "wait for $*"
  for i in $(seq 30); do
    systemctl is-active "$@" | grep -q activating || return 0
    sleep 1
  done
  say "failed 1"
  for u; do journal_of "$u"; done
  return 1
}

APT="apt-get -q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold"
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1

# Notes what will be installed before it is, so that a run that dies half-way is still accountable.
apt_install() {
  plan=$($APT -s install "$@") || return
  # one that is only brought up to date has its present version behind its name, in brackets
  printf '%s\n' "$plan" | sed -n 's/^Inst \([^ ]*\) (.*/package \1/p' >>$LIB/installed || return
  $APT install "$@"
}

# The lock on the lists knows no waiting; others hold it for a minute after boot.
apt_update() {
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    lists=$(apt-get -q update -o APT::Update::Error-Mode=any 2>&1) && return
    case $lists in *"Could not get lock"*) sleep 5 ;; *) break ;; esac
  done
  printf '%s\n' "$lists"
  return 1
}

# keep_off UNIT…: masks units that a package will bring, unless they are there already.
keep_off() {
  for u; do
    [ -e $UNITS/$u ] || [ -L $UNITS/$u ] || { printf 'mask %s\n' "$u" >>$LIB/installed; ln -s /dev/null $UNITS/$u; } || return
  done
}

install_packages() { # 'KEPT-OFF UNIT…' PACKAGE…
  kept_off=$1
  shift
  doing "install $*"
  must keep_off $kept_off || return
  apt_install "$@" >/dev/null 2>&1 && return
  doing "update the package lists"
  must apt_update || return
  doing "install $*"
  must apt_install "$@"
}

# purge KEY PACKAGE…: only what we installed and no other resource needs, then what they alone had pulled in.
purge() {
  key=$1
  shift
  doing "remove packages $*"
  for p; do
    ! grep -qsx "package $p" $LIB/installed || needed_besides "$key" "package $p" || must purge_unless_needed "$p" || return
  done
  for p in $(apt-get -s autoremove | sed -n 's/^Remv \([^ ]*\) .*/\1/p'); do
    ! grep -qsx "package $p" $LIB/installed || must purge_unless_needed "$p" || return
  done
}

needed_besides() { # KEY LINE
  for m in $LIB/*.manifest; do [ "$m" = "$LIB/$1.manifest" ] || ! grep -qsx "$2" "$m" || return 0; done
  return 1
}

purge_unless_needed() {
  others=$(apt-get -s purge "$1" | sed -n 's/^\(Purg\|Remv\) \([^ ]*\) .*/\2/p' | while read -r p; do
    grep -qx "package $p" $LIB/installed || echo "$p"; done)
  [ -z "$others" ] || return 0
  apt-get -q -y -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 purge "$1" && forget_installed "package $1"
}

forget_installed() {
  grep -vx "$1" $LIB/installed | rewrite $LIB/installed
}

# let_be KEY UNIT…: takes a mask of ours away again.
let_be() {
  key=$1
  shift
  for u; do
    grep -qsx "mask $u" $LIB/installed && ! needed_besides "$key" "keepoff $u" || continue
    doing "unmask $u"
    must rm -f $UNITS/$u && must systemctl daemon-reload && must forget_installed "mask $u" || return
  done
}

# download DIR SHA256 URL 'SERVER…' MEMBER MODE …: nothing is in place before its digest is right.
download() {
  doing "download $3"
  easily parents "${1%/*}" && must fetch "$@"
}

# obtain FILE URL 'SERVER…': follows the URL's own server to itself and to those, and never away from https.
obtain() {
  at=$2 own=${2#*://} schemes=https
  case $2 in http:*) schemes='http https' ;; esac
  for hop in 1 2 3 4 5; do
    next=$(transfer "$1" "$at" $schemes) || return
    [ -n "$next" ] || return 0
    is_below "$next" "$schemes" "${own%%/*} $3" || {
      printf '%s leads elsewhere, to %.80s\n' "$2" "${next%"${next#*://*/}"}"
      return 1
    }
    at=$next
  done
  echo "$2 leads on and on"
  return 1
}

is_below() { # URL 'SCHEME…' 'SERVER…'
  for scheme in $2; do
    for server in $3; do case $1 in "$scheme://$server/"*) return ;; esac; done
  done
  return 1
}

ARCHIVE_BLOCKS=600000 # of 512 bytes

# transfer FILE URL SCHEME…: prints where the server says to go instead. A server that does not end fills no disk.
transfer() {
  file=$1 from=$2
  shift 2
  (
    trap '' XFSZ
    ulimit -f $ARCHIVE_BLOCKS
    exec curl -fsS --proto "=$(IFS=,; echo "$*")" --retry 2 --connect-timeout 15 --speed-limit 1000 --speed-time 30 --max-time 900 \
      --max-filesize $((ARCHIVE_BLOCKS * 512)) -o "$file" -w '%{redirect_url}' "$from"
  ) || {
    code=$?
    [ "$(stat -c %s "$file" 2>/dev/null || echo 0)" -lt $((ARCHIVE_BLOCKS * 512)) ] ||
      echo "$from sends more than $((ARCHIVE_BLOCKS / 2000)) MB" >&2
    return $code
  }
}

fetch() { unpack "$@" || { rm -rf "$1.tsproxy-new"; return 1; }; }

unpack() {
  dir=$1 sha=$2 url=$3 servers=$4 new=$1.tsproxy-new
  shift 4
  rm -rf "$new" && mkdir -p "$new/all" || return
  obtain "$new/archive" "$url" "$servers" || return
  digest "$new/archive" && [ "$digest" = "$sha" ] || {
    echo "$url has sha256 $digest, not $sha"
    return 1
  }
  tar -xzf "$new/archive" -C "$new/all" --no-same-owner || return
  printf '%s\n' "$sha" >"$new/.archive"
  while [ $# -gt 0 ]; do
    found=$(find "$new/all" -type f -name "$1")
    [ -f "$found" ] || { echo "$url holds no single file named $1"; return 1; }
    mv "$found" "$new/$1" && chmod "$2" "$new/$1" && chown 0:0 "$new/$1" || return
    stat -c "$1 %s:%Y" "$new/$1" >>"$new/.archive"
    shift 2
  done
  rm -rf "$new/all" "$new/archive" "$dir" && chmod 0755 "$new" && chmod 0644 "$new/.archive" && mv -T "$new" "$dir"
}

# discard DIR: as soon as nothing starts from it any more; `tidy` tries again.
discard() {
  doing "remove $1"
  easily records && must note_discarded "$1"
}

note_discarded() { printf '%s\n' "$1" >>$LIB/discarded; }

is_started_from() { grep -qsF "$1/" $UNITS/*.service; } # DIR

stays_listed() { say "warning the node could not be logged out and stays listed in its tailnet: $1"; } # WHY

# tailnet_logout TAILSCALE SOCKET CONFIG UNIT SECONDS SERVER: a control server that cannot be reached must not
# hold removal. Whoever was interrupted may have put the configuration for another server there already.
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
  must mv -f "$3.tsproxy-locked" "$3"
}

# manifest KEY TEXT: what this resource owns here.
manifest() {
  doing "note what belongs to $1"
  easily records && easily replace "$LIB/$1.manifest" 0600 "$2"
}

# forget KEY: an empty manifest first, so that a run that dies while it tidies is called again.
forget() {
  doing "forget $1"
  m="$LIB/$1.manifest"
  if [ -f "$m" ]; then easily replace "$m" 0600 "$(head -n 1 "$m")$nl" || return; fi
  must rm -f "$m.tsproxy-new" || return
  tidy
  # the last manifest and our directory in one process: nobody would come back for an empty directory
  case $(ls -A $LIB 2>&1) in "$1.manifest") must rm -df "$m" $LIB ;; *) must rm -f "$m" ;; esac
}

# tidy: takes away directories we made and nobody uses; with the last resource, our own as well.
tidy() {
  if [ -d $LIB/adopted ]; then
    find $LIB/adopted -name '*.tsproxy-new' -delete
    find $LIB/adopted -name '*.returned' | while read -r f; do
      given=${f%.returned}
      grep -qsxF "file ${given#$LIB/adopted}" $LIB/*.manifest || rm -f "$f"
    done
  fi
  if [ -f $LIB/discarded ]; then
    while read -r d; do
      if grep -qsE "^download $d( |$)" $LIB/*.manifest; then :
      elif is_started_from "$d"; then printf '%s\n' "$d"
      else rm -rf "$d" "$d.tsproxy-new"
      fi
    done <$LIB/discarded | rewrite $LIB/discarded
  fi
  if [ -f $LIB/dirs ]; then
    sort -ru $LIB/dirs | while read -r d; do rmdir "$d" 2>/dev/null || [ ! -d "$d" ] || printf '%s\n' "$d"; done | rewrite $LIB/dirs
  fi
  if [ -f $LIB/installed ]; then
    # what apt was asked for and failed to install is not ours if somebody installs it later
    present=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' 2>/dev/null)"
    while read -r kind name; do
      case "$kind $present" in
        package*" $name=not-installed "* | package*" $name=config-files "*) continue ;;
        package*" $name="* | mask*) printf '%s %s\n' "$kind" "$name" ;;
      esac
    done <$LIB/installed | rewrite $LIB/installed
  fi
  for f in $LIB/dirs $LIB/installed $LIB/discarded; do [ -s $f ] || rm -f $f; done
  rmdir $LIB 2>/dev/null || :
  [ -e $LIB ] || { rm -f $RUN/.lock && rmdir $RUN; } 2>/dev/null || :
}

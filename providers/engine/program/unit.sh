# Steps of units. All that several resources want started goes in one transaction, so that one login does not wait for another.

# disable UNIT…: what enabling and starting leaves, also when the unit's file is gone.
disable() {
  doing "disable $*"
  for u; do
    [ ! -f $UNITS/$u ] || run systemctl --no-reload disable "$u" || return
    rmdir $UNITS/"$u".wants $UNITS/"$u".requires 2>/dev/null || :
    rm -f $UNITS/*.wants/"$u" $UNITS/*.requires/"$u" $RUN/"$u".started $RUN/"$u".reloaded
  done
}

stop() { # UNIT…
  doing "stop $*"
  run systemctl stop "$@" && disable "$@" || return
  for u; do
    # systemd cleans no failed unit, and remembers its failure after the file is gone
    ! systemctl -q is-failed "$u" || run systemctl reset-failed "$u" || return
  done
}

clean() { # UNIT…
  doing "delete the state of $*"
  for u; do [ "$(systemctl show -P LoadState "$u")" != loaded ] || run systemctl clean --what=all "$u" || return; done
}

# wipe NAME…: what systemd keeps for units whose files may be gone.
wipe() {
  doing "delete the state in $*"
  for d; do run rm -rf "/var/lib/$d" "/var/lib/private/$d" "/var/cache/$d" "/var/cache/private/$d" "/var/log/$d" "/var/log/private/$d" || return; done
}

# The lock keeps other programs from writing between the orders of this one: the first reload is that of all.
systemd_reloaded=
systemd_reload() {
  doing "reload systemd"
  [ -n "$systemd_reloaded" ] || { run systemctl daemon-reload && systemd_reloaded=yes; }
}
# enable UNIT…: takes away links that earlier versions of the units asked for.
enable() { doing "enable $*" && run systemctl --no-reload reenable "$@"; }
reload() { # UNIT…
  doing "reload $*"
  run systemctl reload "$@" && return
  for u; do journal_of "$u"; done
  return 1
}

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

# note_running UNIT…: which of them `launch` restarts: those that run, and those on their way up, whose job would take a
# start for itself and go on with what it has read. Asked before anything is started, because starting one starts others.
note_running() {
  running=
  states "$@"
  for u in $states; do case $u in *=active | *=activating) running="$running${u%=*} " ;; esac; done
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

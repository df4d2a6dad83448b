# What the kernel holds may cut the way to this host. Before it changes, an undo is armed: unless a new connection
# comes through in time, systemd stops and disables the units by itself, whatever became of this program. The
# units take what they own with them.
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

# ask_to_connect: the change is made. The engine that asked for it makes a new connection and then answers with a line.
ask_to_connect() { # NONCE
  [ -n "$at_risk" ] || return 0
  note_restarted
  decide "$1" <&8 >/dev/null 2>&1 9>&- &
  deciding=$!
  say order -
  say "connect $1"
}

decide() { # NONCE
  timeout 60 sh -c 'read -r answer && [ "$answer" = "$1" ]' sh ": connected $1" && systemctl stop "tsproxy_undo-$1.timer" && return
  # in this order: systemd forgets the one without the other; and a timer that stays would undo what comes later
  systemctl start "tsproxy_undo-$1.service"
  systemctl stop "tsproxy_undo-$1.timer"
  return 1
}

await_confirmation() {
  [ -n "$deciding" ] || return 0
  say order -
  doing "wait for a new connection"
  wait $deciding ||
    refuse_risk "keep the way to this host open" "no new connection came through in time; the host stopped and disabled$at_risk"
}

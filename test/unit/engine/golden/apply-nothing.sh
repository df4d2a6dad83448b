(
# … look.sh …

# … apt.sh …

MANAGERS='apt' manager=
for m in $MANAGERS; do [ -n "$manager" ] || ! "${m}_here" || manager=$m; done
probe_echo() { for s; do printf " %s\n@ %s\n" "$(cat "$s")" "$s"; done; }
PROBES='echo'
# … base.sh …

# … file.sh …

# … unit.sh …

# … kernel.sh …

# … package.sh …

# … download.sh …

# … manifest.sh …

# … confirm.sh …

say_farewell() { doing "take leave of $5"; }
export LC_ALL=C
umask 022
say begin 0123456789abcdef
lock 30 'home/prod (tailnet-work)' || { say end 0123456789abcdef; exit 0; }
await_undo
await_confirmation
say order -
tidy
flush
look ''
say end 0123456789abcdef
) 8<&0 </dev/null; echo '= over 0123456789abcdef'

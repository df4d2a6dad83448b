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
lock 30 'home/prod (tailnet-work tailnet-lab)' || { say end 0123456789abcdef; exit 0; }
await_undo
order_0_reload() {
:
say step 0; systemd_reload || return
}
order_0_kernel() {
:
say step 1; start tsproxy_netns-work.service || return
}
order_1_kernel() {
:
say step 0; reload tsproxy_netns-lab.service || return
}
order_0_start() {
:
say step 2; start tsproxy-work.service || return
}
part 0 order_0_reload
note_running tsproxy_netns-work.service tsproxy-work.service
risk 0 tsproxy_netns-work.service
risk 1 tsproxy_netns-lab.service
arm 0123456789abcdef 60
queue 0 tsproxy_netns-work.service
launch
part 0 order_0_kernel
part 1 order_1_kernel
ask_to_connect 0123456789abcdef
queue 0 tsproxy-work.service
launch
part 0 order_0_start
await_confirmation
say order -
tidy
flush
look ''
say end 0123456789abcdef
) 8<&0 </dev/null; echo '= over 0123456789abcdef'

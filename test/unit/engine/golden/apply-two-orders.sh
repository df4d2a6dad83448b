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
order_0_prepare() {
:
say step 0; adopt /etc/tsproxy/work/file || return
say step 1; manifest tailnet-work 'tsproxy 1 home prod n
file /etc/a
' || return
say step 2; say_farewell /opt/farewell /run/a.sock /etc/tsproxy/work/file tsproxy-work.service 9 '' || return
say step 3; stop tsproxy-work.service b.socket || return
say step 4; clean tsproxy-work.service || return
say step 5; install_packages 'coredns.service b.service' curl coredns || return
say step 6; download /usr/local/lib/tsproxy/tool-1.0 00ff 'https://mirror.example/tool?v=1&a=b' 'a.example b.example:8080' tool 0755 extra 0644 || return
say step 7; write /etc/tsproxy/work/file 0600 absent 'it'\''s
$HOME `id` \n %s

' || return
say step 8; remove /etc/b 00ff || return
say step 9; discard /usr/local/lib/tsproxy/tool-0.9 || return
say step 10; enable tsproxy-work.service || return
}
order_1_prepare() {
:
say step 0; adopt /etc/tsproxy/work/file || return
say step 1; manifest tailnet-work 'tsproxy 1 home prod n
file /etc/a
' || return
say step 2; say_farewell /opt/farewell /run/a.sock /etc/tsproxy/work/file tsproxy-work.service 9 '' || return
say step 3; stop tsproxy-work.service b.socket || return
say step 4; clean tsproxy-work.service || return
say step 5; install_packages 'coredns.service b.service' curl coredns || return
say step 6; download /usr/local/lib/tsproxy/tool-1.0 00ff 'https://mirror.example/tool?v=1&a=b' 'a.example b.example:8080' tool 0755 extra 0644 || return
say step 7; write /etc/tsproxy/work/file 0600 absent 'it'\''s
$HOME `id` \n %s

' || return
say step 8; remove /etc/b 00ff || return
say step 9; discard /usr/local/lib/tsproxy/tool-0.9 || return
say step 10; enable tsproxy-work.service || return
}
order_0_reload() {
:
say step 11; systemd_reload || return
}
order_1_reload() {
:
say step 11; systemd_reload || return
}
order_0_start() {
:
say step 12; start tsproxy-work.service b.socket || return
}
order_1_start() {
:
say step 12; start tsproxy-work.service b.socket || return
}
order_0_finish() {
:
say step 13; settle tsproxy-work.service || return
say step 14; reload tsproxy-work.service || return
say step 15; purge tailnet-work curl || return
say step 16; unmask tailnet-work coredns.service || return
say step 17; forget tailnet-work || return
}
order_1_finish() {
:
say step 13; settle tsproxy-work.service || return
say step 14; reload tsproxy-work.service || return
say step 15; purge tailnet-lab curl || return
say step 16; unmask tailnet-lab coredns.service || return
say step 17; forget tailnet-work || return
}
part 0 order_0_prepare
part 1 order_1_prepare
part 0 order_0_reload
part 1 order_1_reload
note_running tsproxy-work.service b.socket tsproxy-work.service b.socket
queue 0 tsproxy-work.service b.socket
queue 1 tsproxy-work.service b.socket
launch
part 0 order_0_start
part 1 order_1_start
part 0 order_0_finish
part 1 order_1_finish
await_confirmation
say order -
tidy
flush
look 'download /usr/local/lib/tsproxy/tool-1.0 tool
file /etc/tsproxy/work/file
package curl
probe work echo /run/a.sock
unit tsproxy-work.service clean /etc/tsproxy/netns check work'
say end 0123456789abcdef
) 8<&0 </dev/null; echo '= over 0123456789abcdef'

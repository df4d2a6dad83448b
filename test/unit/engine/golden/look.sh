{
# … look.sh …

# … apt.sh …

MANAGERS='apt' manager=
for m in $MANAGERS; do [ -n "$manager" ] || ! "${m}_here" || manager=$m; done
probe_echo() { for s; do printf " %s\n@ %s\n" "$(cat "$s")" "$s"; done; }
PROBES='echo'
export LC_ALL=C
umask 022
say begin 0123456789abcdef
await_undo
look 'download /usr/local/lib/tsproxy/tool-1.0 tool
file /etc/tsproxy/work/file
package curl
probe work echo /run/a.sock
unit tsproxy-work.service clean /etc/tsproxy/netns check work'
say end 0123456789abcdef
} </dev/null; echo '= over 0123456789abcdef'

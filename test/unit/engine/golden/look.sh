(
export LC_ALL=C
umask 022
# … steps.sh …

# … look.sh …

say begin 0123456789abcdef
look 'download /usr/local/lib/tsproxy/tool-1.0 tool
file /etc/tsproxy/work/file
package curl
probe work tailnet /opt/tailscale /run/a.sock
unit tsproxy-work.service clean /etc/tsproxy/work/netns check'
say end 0123456789abcdef
exit 0
) </dev/null
echo '= over 0123456789abcdef'

{
# … look.sh …

export LC_ALL=C
umask 022
say begin 0123456789abcdef
contents /etc/tsproxy/work/file '/etc/it'\''s'
say end 0123456789abcdef
} </dev/null
echo '= over 0123456789abcdef'

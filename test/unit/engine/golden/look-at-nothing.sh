{
# … look.sh …

export LC_ALL=C
umask 022
say begin 0123456789abcdef
await_undo
look ''
say end 0123456789abcdef
} </dev/null
echo '= over 0123456789abcdef'

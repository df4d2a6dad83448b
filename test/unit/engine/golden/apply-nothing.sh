(
# … look.sh …

# … steps.sh …

export LC_ALL=C
umask 022
say begin 0123456789abcdef
lock 30 'home/prod (tailnet-work)' || { say end 0123456789abcdef; exit 0; }
await_undo
mkdir -p -m 0700 $LIB
settle_way
say order -
tidy
look ''
say end 0123456789abcdef
) 8<&0 </dev/null
echo '= over 0123456789abcdef'

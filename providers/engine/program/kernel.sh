# What units make in the kernel.

# is_there namespace NAME | interface NAME | table FAMILY NAME | rule PRIORITY SELECTOR VALUE | rule6 … (by IPv6) | mount PATH: in the kernel, as far as
# this host can say.
is_there() {
  case $1 in
    namespace) [ -e "/run/netns/$2" ] ;;
    interface) command -v ip >/dev/null && ip link show dev "$2" >/dev/null 2>&1 ;;
    table) command -v nft >/dev/null && nft list table "$2" "$3" >/dev/null 2>&1 ;;
    mount) grep -q " $2 " /proc/self/mountinfo ;;
    rule6) command -v ip >/dev/null && [ -n "$(ip -6 rule show pref "$2" "$3" "$4" 2>/dev/null)" ] ;;
    rule) command -v ip >/dev/null && [ -n "$(ip rule show pref "$2" "$3" "$4" 2>/dev/null)" ] ;;
  esac
}

# unmake 'KIND NAME…'…: what units left in the kernel whose own programs were deleted.
unmake() {
  doing "take away what units made"
  for o; do
    set -- $o
    case $1 in
      namespace) ! is_there $o || run ip netns del "$2" || return ;;
      interface) ! is_there $o || run ip link del dev "$2" || return ;;
      table) ! is_there $o || run nft delete table "$2" "$3" || return ;;
      mount) ! is_there $o || run umount -l "$2" || return ;;
      # there may be several alike
      rule6) ! command -v ip >/dev/null || while ip -6 rule del pref "$2" "$3" "$4" 2>/dev/null; do :; done ;;
      rule) ! command -v ip >/dev/null || while ip rule del pref "$2" "$3" "$4" 2>/dev/null; do :; done ;;
    esac
  done
}

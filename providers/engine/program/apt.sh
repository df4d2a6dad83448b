# apt as a package manager. The functions of every manager have the same names behind its own: _here, _installed,
# _knows, _busy, _planned, _install, _update, _orphans, _removed_with, _purge, _states.

APT="apt-get -q -y --no-install-recommends --no-remove -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold"
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1

apt_here() { command -v apt-get >/dev/null; }

# apt_installed NAME…: prints `NAME installed` for those that are.
apt_installed() { dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null; }

# apt_knows NAME: it can be installed, or is.
apt_knows() { apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

# apt_busy: prints the program that holds apt for ten seconds more. apt takes a POSIX lock, which flock cannot see.
apt_busy() {
  inode=$(stat -c %i /var/lib/dpkg/lock-frontend 2>/dev/null) || return 1
  holder=$(awk -v i=":$inode" 'substr($6, length($6) - length(i) + 1) == i { print $5; exit }' /proc/locks)
  [ -n "$holder" ] || return 1
  for i in 1 2 3 4 5 6 7 8 9 10; do [ -d "/proc/$holder" ] || return 1; sleep 1; done
  echo "$(tr '\0' ' ' <"/proc/$holder/cmdline")(process $holder) has held it for 10 s"
}

# apt_planned NAME…: prints the packages that installing these would bring; not those that it only brings up to date,
# which have their present version behind the name, in brackets.
apt_planned() {
  plan=$($APT -s install "$@") || return
  printf '%s\n' "$plan" | sed -n 's/^Inst \([^ ]*\) (.*/\1/p'
}

apt_install() { $APT install "$@"; }

# The lock on the lists knows no waiting; others hold it for a minute after boot.
apt_update() {
  for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    lists=$(apt-get -q update -o APT::Update::Error-Mode=any 2>&1) && return
    case $lists in *"Could not get lock"*) sleep 5 ;; *) break ;; esac
  done
  printf '%s\n' "$lists"
  return 1
}

# apt_orphans: packages that no other one needs any more.
apt_orphans() { apt-get -s autoremove | sed -n 's/^Remv \([^ ]*\) .*/\1/p'; }

# apt_removed_with NAME: the packages that would go with it, itself among them.
apt_removed_with() { apt-get -s purge "$1" | sed -n 's/^\(Purg\|Remv\) \([^ ]*\) .*/\2/p'; }

apt_purge() { apt-get -q -y -o DPkg::Lock::Timeout=60 -o Dpkg::Use-Pty=0 purge "$1"; }

# apt_states: prints ` NAME=STATUS` of all packages that it knows, on one line.
apt_states() { dpkg-query -W -f '${Package}=${db:Status-Status} ' 2>/dev/null; }

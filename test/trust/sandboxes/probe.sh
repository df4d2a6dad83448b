#!/bin/sh
# Tries what no process of a gateway has any business with. Usage: probe UNIT OTHER
# Prints a line `probe UNIT WHAT yes|no` for each, and at last `probe UNIT capabilities HEX`.
# OTHER is the directory of another tailnet's tailscaled below /run and /var/lib.
unit=$1 other=$2

can() { # WHAT COMMAND…
  what=$1
  shift
  if "$@" >/dev/null 2>&1; then answer=yes; else answer=no; fi
  echo "probe $unit $what $answer"
}

connects() { perl -MSocket -e 'socket(S, PF_UNIX, SOCK_STREAM, 0) && connect(S, sockaddr_un($ARGV[0])) or exit 1' "$1"; }

reaches() { # ADDRESS PORT
  perl -MSocket -e '$SIG{ALRM} = sub { exit 1 }; alarm 2;
    socket(S, PF_INET, SOCK_STREAM, 6) && connect(S, sockaddr_in($ARGV[1], inet_aton($ARGV[0]))) or exit 1' "$1" "$2"
}

# A link on the host's card: what is sent by it passes no rule. From the network of a tailnet the card is named by the number
# that the other end of the pair has there. Who owns the user namespace of a tailnet is root in it.
takes_card() {
  for enter in '' 'nsenter --user=/run/tsproxy/work/user --preserve-credentials'; do
    for there in '' 'link-netnsid 0'; do
      $enter ip link add link eth0 $there name probe0 type macvlan && ip link del probe0 && return
    done
  done
  return 1
}

can take-card-of-host takes_card
can read-shadow head -c 1 /etc/shadow
can read-host-keys sh -c 'cat /etc/ssh/ssh_host_*_key'
can read-auth-keys sh -c 'cat /etc/tsproxy/*/authkey'
can read-node-keys sh -c "cat /var/lib/$other/tailscaled.state || cat /var/lib/private/$other/tailscaled.state"
can read-home-of-root ls /root
can read-kernel-log head -c 1 /dev/kmsg
can reach-dbus connects /run/dbus/system_bus_socket
can reach-systemd connects /run/systemd/private
can reach-other-tailscaled connects "/run/$other/tailscaled.sock"
can reach-host-tailscaled connects /run/tailscale/tailscaled.sock
can reach-socket-open-to-all connects /run/tsproxy-open.sock
can reach-socket-in-var connects /var/lib/tsproxy-open.sock
can hold-lock flock -n /run/tsproxy/.lock true
can reach-metadata reaches 169.254.169.254 80
can write-usr touch /usr/.probe
can write-configuration touch /etc/tsproxy/.probe
can write-kernel-settings sh -c 'echo >/proc/sys/kernel/printk'
can see-other-processes ls -d /proc/1
can see-tun ls /dev/net/tun
can make-namespaces unshare --user true
can mount sh -c 'mount -t tmpfs none /mnt && umount /mnt'
can capture-packets perl -MSocket -e 'socket(S, 17, SOCK_RAW, 0x0300) or exit 1'
rm -f /usr/.probe /etc/tsproxy/.probe 2>/dev/null
echo "probe $unit capabilities $(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)"

#!/bin/sh
# Keeps one laboratory host running: boots it, boots it again after a reboot or a power cut, ends after poweroff.
#
# usage: supervise.sh DIRECTORY NETNS SWITCH CGROUP MACHINE "CARD,BRIDGE,MAC,PORT …" [systemd-nspawn argument…]
#
# DIRECTORY/want says `run` or `stop`. Every boot gets a new network namespace: what only lived in the kernel is gone.
# A function, so that the shell has read the whole program before it starts: the file may change under a running host.
main() {
  directory=$1 netns=$2 switch=$3 cgroup=$4 machine=$5 links=$6
  shift 6
  # One supervisor per host: whoever comes second leaves. The lock ends with this shell, however that ends.
  exec 9> "$directory/supervisor.lock"
  flock --nonblock 9 || exit 0
  echo $$ > "$directory/supervisor.pid"
  while [ "$(cat "$directory/want")" = run ]; do
    end_processes
    plug_in
    boot "$@"
    status=$?
    echo "$(date +%T) systemd-nspawn ended: $status"
    # 0 is poweroff; 133 asks for a reboot; the rest is a power cut, or a fault worth a second's pause.
    [ "$status" != 0 ] || break
    [ "$status" = 133 ] || [ "$status" = 137 ] || sleep 1
  done
  end_processes
  ip netns delete "$netns" 2>/dev/null
}

# Whatever a former boot left: its processes hold the old namespace.
end_processes() {
  # Whoever switches the host off removes the cgroup too: it may be gone at any of these steps.
  while [ -d "$cgroup" ]; do
    { echo 1 > "$cgroup/cgroup.kill"; } 2>/dev/null
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.02
  done
}

plug_in() {
  ip netns delete "$netns" 2>/dev/null
  ip netns add "$netns"
  for link in $links; do
    IFS=, read -r card bridge mac port <<END
$link
END
    # A namespace goes away a moment after its last process; until then the old port's name is taken.
    ip -n "$switch" link delete "$port" 2>/dev/null
    ip -n "$switch" link add "$port" type veth peer name "$card" address "$mac" netns "$netns"
    ip -n "$switch" link set "$port" master "$bridge" up
  done
}

# A cgroup of its own: hosts that share one see each other's units, and cannot be ended as a whole.
boot() {
  mkdir -p "$cgroup"
  (
    exec 9>&-
    echo 0 > "$cgroup/cgroup.procs" || exit
    export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
    exec systemd-nspawn --quiet --directory="$directory/root" --machine="$machine" \
      --network-namespace-path="/run/netns/$netns" --capability=all --bind=/dev/net/tun \
      --system-call-filter="@keyring bpf" --register=no --keep-unit --boot --link-journal=no \
      --resolv-conf=off --timezone=off --settings=no --console=pipe "$@" < /dev/null
  )
}

main "$@"
exit

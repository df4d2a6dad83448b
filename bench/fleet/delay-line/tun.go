package main

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

const (
	tunSetIff = 0x400454ca
	iffTun    = 0x0001
	iffNoPi   = 0x1000
)

// openTun makes a device of that name in the thread's network namespace. It is gone when the descriptor is closed.
func openTun(name string) (int, error) {
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("open /dev/net/tun: %w", err)
	}
	var request struct {
		name  [syscall.IFNAMSIZ]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:syscall.IFNAMSIZ-1], name)
	request.flags = iffTun | iffNoPi
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), tunSetIff, uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		syscall.Close(fd)
		return -1, fmt.Errorf("make device %s: %w", name, errno)
	}
	return fd, nil
}

// inNetns does work in /run/netns/name and comes back.
func inNetns(name string, work func() error) error {
	home, err := os.Open("/proc/thread-self/ns/net")
	if err != nil {
		return err
	}
	defer home.Close()
	there, err := os.Open("/run/netns/" + name)
	if err != nil {
		return err
	}
	defer there.Close()
	if err := setns(there); err != nil {
		return err
	}
	failed := work()
	if err := setns(home); err != nil {
		// Devices would appear in the wrong namespace from here on.
		panic(err)
	}
	return failed
}

func setns(namespace *os.File) error {
	if _, _, errno := syscall.Syscall(sysSetns, namespace.Fd(), syscall.CLONE_NEWNET, 0); errno != 0 {
		return fmt.Errorf("enter %s: %w", namespace.Name(), errno)
	}
	return nil
}

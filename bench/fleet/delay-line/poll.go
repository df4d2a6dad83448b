package main

import (
	"syscall"
	"time"
	"unsafe"
)

const pollIn = 1

type pollFd struct {
	fd      int32
	events  int16
	revents int16
}

// poll waits for `timeout`, with no limit when that is negative, and returns the descriptors that can be read or are
// gone. Go's own timers are a millisecond coarse; this is as fine as the kernel's.
func poll(fds []pollFd, timeout time.Duration) []pollFd {
	var limit *syscall.Timespec
	if timeout >= 0 {
		at := syscall.NsecToTimespec(int64(timeout))
		limit = &at
	}
	for i := range fds {
		fds[i].revents = 0
	}
	n, _, _ := syscall.Syscall6(syscall.SYS_PPOLL, uintptr(unsafe.Pointer(&fds[0])), uintptr(len(fds)),
		uintptr(unsafe.Pointer(limit)), 0, 0, 0)
	if int(n) <= 0 {
		return nil
	}
	var ready []pollFd
	for _, fd := range fds {
		if fd.revents != 0 {
			ready = append(ready, fd)
		}
	}
	return ready
}

// A waker ends a poll from another thread.
type waker struct{ fd, end int }

func newWaker() waker {
	ends := make([]int, 2)
	if err := syscall.Pipe2(ends, syscall.O_NONBLOCK|syscall.O_CLOEXEC); err != nil {
		panic(err)
	}
	return waker{fd: ends[0], end: ends[1]}
}

func (w waker) wake() { _, _ = syscall.Write(w.end, []byte{0}) }

// drain takes one wake-up, if there is any.
func (w waker) drain() bool {
	n, _ := syscall.Read(w.fd, make([]byte, 1))
	return n == 1
}

package main

import (
	"net/netip"
	"syscall"
	"time"
)

// No device carries larger packets.
const packetMax = 65535

// A line holds packets back. All of them go through one queue: as the delay is the same for all, the first in is the
// first out, and a packet never overtakes another, even when the delay becomes shorter.
type line struct {
	delay      time.Duration
	controller int
	hosts      map[netip.Addr]int
	ports      []pollFd
	addresses  map[int]netip.Addr
	queue      []held
	counters   *counters
	buffer     []byte
}

type held struct {
	due    time.Time
	to     int
	packet []byte
	// Of the host, whichever direction the packet goes.
	host netip.Addr
}

func newLine(controller int) *line {
	return &line{
		controller: controller,
		hosts:      map[netip.Addr]int{},
		addresses:  map[int]netip.Addr{},
		ports:      []pollFd{{fd: int32(controller), events: pollIn}},
		counters:   newCounters(),
		buffer:     make([]byte, packetMax),
	}
}

func (l *line) attach(address netip.Addr, tun int) {
	l.detach(address)
	l.hosts[address] = tun
	l.addresses[tun] = address
	l.ports = append(l.ports, pollFd{fd: int32(tun), events: pollIn})
}

func (l *line) detach(address netip.Addr) {
	tun, known := l.hosts[address]
	if !known {
		return
	}
	delete(l.hosts, address)
	delete(l.addresses, tun)
	for i, port := range l.ports {
		if port.fd == int32(tun) {
			l.ports = append(l.ports[:i], l.ports[i+1:]...)
			break
		}
	}
	kept := l.queue[:0]
	for _, packet := range l.queue {
		if packet.to != tun {
			kept = append(kept, packet)
		}
	}
	l.queue = kept
	syscall.Close(tun)
}

// step waits until a packet comes in or is due, or `wake` can be read, and moves the packets that can be moved.
func (l *line) step(wake int) {
	ready := poll(append(l.ports, pollFd{fd: int32(wake), events: pollIn}), l.untilDue())
	for _, port := range ready {
		if int(port.fd) != wake {
			l.receive(int(port.fd), port.revents)
		}
	}
	now := time.Now()
	for len(l.queue) > 0 && !l.queue[0].due.After(now) {
		l.deliver(l.queue[0])
		l.queue[0] = held{}
		l.queue = l.queue[1:]
	}
}

// untilDue is negative when nothing is held.
func (l *line) untilDue() time.Duration {
	if len(l.queue) == 0 {
		return -1
	}
	return max(0, time.Until(l.queue[0].due))
}

func (l *line) receive(from int, revents int16) {
	for {
		n, err := syscall.Read(from, l.buffer)
		if err == syscall.EAGAIN {
			break
		}
		if err != nil || n == 0 {
			// The namespace went away, with the device in it: the host was switched off.
			if address, known := l.addresses[from]; known {
				l.detach(address)
			}
			return
		}
		l.hold(from, append([]byte(nil), l.buffer[:n]...))
	}
	if revents&^pollIn != 0 {
		if address, known := l.addresses[from]; known {
			l.detach(address)
		}
	}
}

func (l *line) hold(from int, packet []byte) {
	source, destination, valid := addressesOf(packet)
	if !valid {
		return
	}
	host, to := source, l.controller
	if from == l.controller {
		tun, known := l.hosts[destination]
		if !known {
			return
		}
		host, to = destination, tun
		l.counters.sent(host, packet)
	}
	l.queue = append(l.queue, held{due: time.Now().Add(l.delay), to: to, packet: packet, host: host})
}

func (l *line) deliver(h held) {
	if _, err := syscall.Write(h.to, h.packet); err != nil {
		l.counters.dropped++
		return
	}
	if h.to == l.controller {
		l.counters.received(h.host, h.packet)
	}
}

package main

import (
	"encoding/binary"
	"net/netip"
	"time"
)

const protocolTCP = 6

// A passage is what went one way.
type passage struct {
	Packets int `json:"packets"`
	// With the headers of IP and TCP.
	Bytes int `json:"bytes"`
}

// A call is one TCP connection, as the controller sees it.
type call struct {
	Host           string `json:"host"`
	HostPort       uint16 `json:"hostPort"`
	ControllerPort uint16 `json:"controllerPort"`
	// Whether it was opened since the last count.
	Opened bool `json:"opened"`
	// How often the controller spoke after it had listened: round trips that had to wait for each other, as long as
	// neither side speaks unasked. The handshake of TCP is one.
	Turns int `json:"turns"`
	// Milliseconds since the program began: its first packet, and the last one with something in it.
	BegunMs float64 `json:"begunMs"`
	EndedMs float64 `json:"endedMs"`
	Out     passage `json:"out"`
	In      passage `json:"in"`

	listening bool
	// Sequence number after the last byte that was sent: what lies before it is sent again.
	sentUpTo uint32
}

var programBegan = time.Now()

type counters struct {
	calls map[callKey]*call
	// In the order in which they were first seen.
	order   []callKey
	out, in passage
	// Packets that a device did not take.
	dropped int
}

type callKey struct {
	host                     netip.Addr
	hostPort, controllerPort uint16
}

type count struct {
	Out     passage `json:"out"`
	In      passage `json:"in"`
	Dropped int     `json:"dropped"`
	Calls   []*call `json:"calls"`
}

func newCounters() *counters { return &counters{calls: map[callKey]*call{}} }

// take returns what was counted and begins anew. A connection that goes on is counted on, as a new one.
func (c *counters) take() count {
	taken := count{Out: c.out, In: c.in, Dropped: c.dropped, Calls: []*call{}}
	for _, key := range c.order {
		taken.Calls = append(taken.Calls, c.calls[key])
	}
	*c = *newCounters()
	return taken
}

func (c *counters) sent(host netip.Addr, packet []byte) {
	c.out.add(packet)
	segment, valid := segmentOf(packet)
	if !valid {
		return
	}
	call := c.call(callKey{host, segment.destination, segment.source})
	call.Out.add(packet)
	call.touch(segment)
	end := segment.sequence + uint32(segment.payload)
	if segment.opens {
		call.Opened = true
		call.Turns, call.listening, call.sentUpTo = call.Turns+1, false, end+1
		return
	}
	isNew := call.sentUpTo == 0 || int32(end-call.sentUpTo) > 0
	if segment.payload == 0 || !isNew {
		return
	}
	call.sentUpTo = end
	if call.listening {
		call.Turns++
	}
	call.listening = false
}

func (c *counters) received(host netip.Addr, packet []byte) {
	c.in.add(packet)
	segment, valid := segmentOf(packet)
	if !valid {
		return
	}
	call := c.call(callKey{host, segment.source, segment.destination})
	call.In.add(packet)
	call.touch(segment)
	if segment.payload > 0 || segment.opens {
		call.listening = true
	}
}

func (c *counters) call(key callKey) *call {
	known, found := c.calls[key]
	if found {
		return known
	}
	made := &call{Host: key.host.String(), HostPort: key.hostPort, ControllerPort: key.controllerPort, listening: true}
	c.calls[key] = made
	c.order = append(c.order, key)
	return made
}

// touch leaves out what only ends or acknowledges: that comes late, and no side waits for it.
func (c *call) touch(s segment) {
	now := float64(time.Since(programBegan).Microseconds()) / 1000
	if c.BegunMs == 0 {
		c.BegunMs, c.EndedMs = now, now
	}
	if s.payload > 0 || s.opens {
		c.EndedMs = now
	}
}

func (p *passage) add(packet []byte) {
	p.Packets++
	p.Bytes += len(packet)
}

type segment struct {
	source, destination uint16
	sequence            uint32
	payload             int
	// Whether it opens a connection or answers that.
	opens bool
}

// segmentOf reads the headers of a packet that addressesOf found valid.
func segmentOf(packet []byte) (segment, bool) {
	start := int(packet[0]&0x0f) * 4
	if packet[9] != protocolTCP || len(packet) < start+20 {
		return segment{}, false
	}
	tcp := packet[start:]
	return segment{
		source:      binary.BigEndian.Uint16(tcp),
		destination: binary.BigEndian.Uint16(tcp[2:]),
		sequence:    binary.BigEndian.Uint32(tcp[4:]),
		payload:     len(tcp) - int(tcp[12]>>4)*4,
		opens:       tcp[13]&0x02 != 0,
	}, true
}

// addressesOf is false for what is not a whole IPv4 packet.
func addressesOf(packet []byte) (source, destination netip.Addr, valid bool) {
	if len(packet) < 20 || packet[0]>>4 != 4 || len(packet) < int(packet[0]&0x0f)*4 {
		return netip.Addr{}, netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte(packet[12:16])), netip.AddrFrom4([4]byte(packet[16:20])), true
}

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// Longest wait for anything: a chain that has lost a connection is found out by it.
const patience = 10 * time.Second

// Where connections go, and through what.
type route struct{ proxy, target string }

// Opens a connection to the target; its deadline is set.
func (r route) dial() (net.Conn, error) {
	first := r.proxy
	if first == "-" {
		first = r.target
	}
	conn, err := net.DialTimeout("tcp", first, patience)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(patience))
	if r.proxy != "-" {
		if err := connect(conn, r.target); err != nil {
			conn.Close()
			return nil, err
		}
	}
	return conn, nil
}

// SOCKS5 (RFC 1928): no authentication, CONNECT to an IPv4 address.
func connect(conn net.Conn, target string) error {
	host, portText, err := net.SplitHostPort(target)
	if err != nil {
		return err
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return err
	}
	address := net.ParseIP(host).To4()
	if address == nil {
		return fmt.Errorf("%s is no IPv4 address", host)
	}
	if _, err := conn.Write([]byte{5, 1, 0}); err != nil {
		return err
	}
	var reply [10]byte
	if _, err := io.ReadFull(conn, reply[:2]); err != nil {
		return fmt.Errorf("greeting: %w", err)
	}
	if reply[0] != 5 || reply[1] != 0 {
		return errors.New("greeting: the server wants a password")
	}
	request := append([]byte{5, 1, 0, 1}, address...)
	if _, err := conn.Write(binary.BigEndian.AppendUint16(request, uint16(port))); err != nil {
		return err
	}
	if _, err := io.ReadFull(conn, reply[:]); err != nil {
		return fmt.Errorf("request: %w", err)
	}
	if reply[1] != 0 {
		return fmt.Errorf("request: refused with code %d", reply[1])
	}
	return nil
}

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
)

// The small answer: what a client must get to count a connection as good.
const greeting = "behind the gateway\n"

// Answers one HTTP/1.0 request on every connection, however long the client takes to ask. A server of a few lines
// costs less than net/http, and what it costs is taken from the programs that are measured.
func serve(address string) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			handle(conn)
		}()
	}
}

func handle(conn net.Conn) {
	reader := bufio.NewReaderSize(conn, 256)
	line, err := reader.ReadString('\n')
	if err != nil {
		return
	}
	_, path, _ := strings.Cut(strings.TrimSpace(line), " ")
	path, _, _ = strings.Cut(path, " ")
	if path == "/echo" {
		io.Copy(conn, reader)
		return
	}
	text, isBulk := strings.CutPrefix(path, "/bulk?bytes=")
	size, err := strconv.ParseInt(text, 10, 64)
	if !isBulk || err != nil {
		fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(greeting), greeting)
		return
	}
	fmt.Fprintf(conn, "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n", size)
	io.CopyBuffer(struct{ io.Writer }{conn}, io.LimitReader(zeros{}, size), make([]byte, 256<<10))
}

type zeros struct{}

func (zeros) Read(into []byte) (int, error) {
	clear(into)
	return len(into), nil
}

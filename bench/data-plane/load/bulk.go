package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
)

type bulkResult struct {
	MegabytesPerSecond float64 `json:"megabytesPerSecond"`
	Error              string  `json:"error"`
	// Processor time of this program.
	CPUSeconds float64 `json:"cpuSeconds"`
}

// Downloads once, from the first byte that is asked to the last that comes.
func bulk(way route, size int) bulkResult {
	start := time.Now()
	got, err := download(way, size)
	seconds := time.Since(start).Seconds()
	result := bulkResult{MegabytesPerSecond: float64(got) / 1e6 / seconds, CPUSeconds: cpuSeconds()}
	if err != nil {
		result.Error = reason(err)
	}
	return result
}

func download(way route, size int) (int64, error) {
	conn, err := way.dial()
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Minute))
	fmt.Fprintf(conn, "GET /bulk?bytes=%d HTTP/1.0\r\n\r\n", size)
	reader := bufio.NewReaderSize(conn, 64<<10)
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return 0, err
		}
		if strings.TrimSpace(line) == "" {
			break
		}
	}
	got, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, reader, make([]byte, 256<<10))
	if err == nil && got != int64(size) {
		err = fmt.Errorf("%d of %d bytes came", got, size)
	}
	return got, err
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"sort"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type rateResult struct {
	ConnectionsPerSecond float64        `json:"connectionsPerSecond"`
	MedianMs             float64        `json:"medianMs"`
	P99Ms                float64        `json:"p99Ms"`
	Errors               int            `json:"errors"`
	Reasons              map[string]int `json:"reasons"`
	// Processor time of this program.
	CPUSeconds float64 `json:"cpuSeconds"`
}

// Opens connections, some at a time, and gets the small answer on each; only those that got it are counted.
func rate(way route, connections, parallel int) rateResult {
	var left atomic.Int64
	left.Store(int64(connections))
	var mutex sync.Mutex
	took := make([]float64, 0, connections)
	reasons := map[string]int{}
	var workers sync.WaitGroup
	start := time.Now()
	for worker := 0; worker < parallel; worker++ {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for left.Add(-1) >= 0 {
				began := time.Now()
				err := one(way)
				milliseconds := float64(time.Since(began).Microseconds()) / 1000
				mutex.Lock()
				if err == nil {
					took = append(took, milliseconds)
				} else {
					reasons[reason(err)]++
				}
				mutex.Unlock()
			}
		}()
	}
	workers.Wait()
	seconds := time.Since(start).Seconds()
	sort.Float64s(took)
	return rateResult{
		ConnectionsPerSecond: float64(len(took)) / seconds,
		MedianMs:             quantile(took, 0.5),
		P99Ms:                quantile(took, 0.99),
		Errors:               connections - len(took),
		Reasons:              reasons,
		CPUSeconds:           cpuSeconds(),
	}
}

func one(way route) error {
	conn, err := way.dial()
	if err != nil {
		return err
	}
	defer conn.Close()
	return ask(conn)
}

// Asks for the small answer and reads it to the end of the connection.
func ask(conn net.Conn) error {
	if _, err := io.WriteString(conn, "GET / HTTP/1.0\r\n\r\n"); err != nil {
		return err
	}
	text, err := io.ReadAll(conn)
	if err != nil {
		return err
	}
	if !bytes.HasSuffix(text, []byte(greeting)) {
		return fmt.Errorf("an answer of %d bytes is not the whole one", len(text))
	}
	return nil
}

// The innermost cause, without the ports that differ from connection to connection.
func reason(err error) string {
	for errors.Unwrap(err) != nil {
		err = errors.Unwrap(err)
	}
	return err.Error()
}

func quantile(sorted []float64, share float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[int(float64(len(sorted)-1)*share)]
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e9
}

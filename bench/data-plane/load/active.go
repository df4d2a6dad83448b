package main

import (
	"io"
	"net"
	"sort"
	"sync"
	"time"
)

type activeResult struct {
	// Sessions that did not open or broke before the end.
	Errors int `json:"errors"`
	// Of an exchange: from the question to the end of its answer.
	MedianMs float64        `json:"medianMs"`
	P99Ms    float64        `json:"p99Ms"`
	Reasons  map[string]int `json:"reasons"`
}

// What a person's session does while it is used: some bytes, their answer, a pause.
const (
	exchangeBytes = 1024
	pause         = 200 * time.Millisecond
)

// Opens sessions and has each of them say something five times a second, spread over the second, until the time is over.
func active(way route, sessions, seconds int) activeResult {
	reasons := map[string]int{}
	conns := make([]net.Conn, sessions)
	open := tally(sessions, reasons, func(i int) (err error) {
		conns[i], err = way.dial()
		return err
	})
	end := time.Now().Add(time.Duration(seconds) * time.Second)
	took := make([][]float64, sessions)
	failed := make([]error, sessions)
	var workers sync.WaitGroup
	for i, conn := range conns {
		if conn == nil {
			continue
		}
		workers.Add(1)
		go func() {
			defer workers.Done()
			defer conn.Close()
			time.Sleep(pause * time.Duration(i) / time.Duration(sessions))
			took[i], failed[i] = talk(conn, end)
		}()
	}
	workers.Wait()
	all := []float64{}
	errors := sessions - open
	for i := range conns {
		all = append(all, took[i]...)
		if failed[i] != nil {
			errors++
			reasons[reason(failed[i])]++
		}
	}
	sort.Float64s(all)
	return activeResult{Errors: errors, MedianMs: quantile(all, 0.5), P99Ms: quantile(all, 0.99), Reasons: reasons}
}

// Exchanges until the end; returns how many milliseconds each took.
func talk(conn net.Conn, end time.Time) ([]float64, error) {
	took := []float64{}
	if _, err := io.WriteString(conn, "GET /echo\n"); err != nil {
		return took, err
	}
	bytes := make([]byte, exchangeBytes)
	for time.Now().Before(end) {
		began := time.Now()
		conn.SetDeadline(began.Add(patience))
		if _, err := conn.Write(bytes); err != nil {
			return took, err
		}
		if _, err := io.ReadFull(conn, bytes); err != nil {
			return took, err
		}
		took = append(took, float64(time.Since(began).Microseconds())/1000)
		time.Sleep(time.Until(began.Add(pause)))
	}
	return took, nil
}

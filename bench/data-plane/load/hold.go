package main

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

type holdResult struct {
	Open    int            `json:"open"`
	Errors  int            `json:"errors"`
	Reasons map[string]int `json:"reasons"`
}

// How many sessions are opened at the same time.
const openers = 16

// Opens sessions through to the web server, prints how many stand, and waits for the end of its input. Then asks for
// the small answer on every one, so that a session that broke meanwhile is an error, and prints how many answered.
func hold(way route, sessions int) error {
	reasons := map[string]int{}
	conns := make([]net.Conn, sessions)
	count := func(work func(int) error) int {
		return tally(sessions, reasons, work)
	}
	open := count(func(i int) (err error) {
		conns[i], err = way.dial()
		return err
	})
	if err := answer(holdResult{Open: open, Errors: sessions - open, Reasons: reasons}); err != nil {
		return err
	}
	io.Copy(io.Discard, os.Stdin)
	answered := count(func(i int) error {
		if conns[i] == nil {
			return nil
		}
		defer conns[i].Close()
		conns[i].SetDeadline(time.Now().Add(patience))
		return ask(conns[i])
	}) - (sessions - open)
	return answer(holdResult{Open: answered, Errors: sessions - answered, Reasons: reasons})
}

// Does something for every session and returns for how many it succeeded.
func tally(sessions int, reasons map[string]int, work func(int) error) int {
	var mutex sync.Mutex
	var workers sync.WaitGroup
	succeeded := 0
	for first := 0; first < openers; first++ {
		workers.Add(1)
		go func(first int) {
			defer workers.Done()
			for i := first; i < sessions; i += openers {
				err := work(i)
				mutex.Lock()
				if err == nil {
					succeeded++
				} else {
					reasons[reason(err)]++
				}
				mutex.Unlock()
			}
		}(first)
	}
	workers.Wait()
	return succeeded
}

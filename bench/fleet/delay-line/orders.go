package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

var errUsage = errors.New("usage: attach NETNS DEVICE ADDRESS | detach ADDRESS | delay MICROSECONDS | count")

// obey does an order and returns the answer, without a line end.
func obey(line *line, words []string) string {
	answer, err := do(line, words)
	if err != nil {
		return "error " + err.Error()
	}
	return answer
}

func do(line *line, words []string) (string, error) {
	switch {
	case len(words) == 4 && words[0] == "attach":
		return "ok", attach(line, words[1], words[2], words[3])
	case len(words) == 2 && words[0] == "detach":
		address, err := netip.ParseAddr(words[1])
		if err == nil {
			line.detach(address)
		}
		return "ok", err
	case len(words) == 2 && words[0] == "delay":
		microseconds, err := strconv.ParseUint(words[1], 10, 32)
		line.delay = time.Duration(microseconds) * time.Microsecond
		return "ok", err
	case len(words) == 1 && words[0] == "count":
		text, err := json.Marshal(line.counters.take())
		return string(text), err
	}
	return "", errUsage
}

func attach(line *line, netns, device, text string) error {
	address, err := netip.ParseAddr(text)
	if err != nil {
		return err
	}
	if !address.Is4() {
		return fmt.Errorf("%s is not an IPv4 address", address)
	}
	return inNetns(netns, func() error {
		tun, err := openTun(device)
		if err == nil {
			line.attach(address, tun)
		}
		return err
	})
}

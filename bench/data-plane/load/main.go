// Makes load for the data plane and answers it. Every command prints one line of JSON.
//
//	load serve ADDRESS                            web server: / is small, /bulk?bytes=N is N zeros, /echo says it again
//	load rate  PROXY TARGET CONNECTIONS PARALLEL  new connections, one small answer each
//	load bulk  PROXY TARGET BYTES                 one download
//	load hold  PROXY TARGET SESSIONS              opens sessions, says so, and ends them when its input ends
//	load active PROXY TARGET SESSIONS SECONDS     sessions that ask and are answered until the time is over
//
// PROXY is ADDRESS:PORT of a SOCKS5 server without a password, or - for none.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
)

func main() {
	if err := command(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func command(args []string) error {
	if len(args) == 2 && args[0] == "serve" {
		return serve(args[1])
	}
	if len(args) < 4 {
		return fmt.Errorf("usage: load serve ADDRESS | rate PROXY TARGET CONNECTIONS PARALLEL | bulk PROXY TARGET BYTES | hold PROXY TARGET SESSIONS | active PROXY TARGET SESSIONS SECONDS")
	}
	way := route{proxy: args[1], target: args[2]}
	numbers := make([]int, 0, 2)
	for _, text := range args[3:] {
		number, err := strconv.Atoi(text)
		if err != nil || number < 1 {
			return fmt.Errorf("%q is no positive number", text)
		}
		numbers = append(numbers, number)
	}
	switch {
	case args[0] == "rate" && len(numbers) == 2:
		return answer(rate(way, numbers[0], numbers[1]))
	case args[0] == "bulk" && len(numbers) == 1:
		return answer(bulk(way, numbers[0]))
	case args[0] == "hold" && len(numbers) == 1:
		return hold(way, numbers[0])
	case args[0] == "active" && len(numbers) == 2:
		return answer(active(way, numbers[0], numbers[1]))
	}
	return fmt.Errorf("there is no %q with %d numbers", args[0], len(numbers))
}

func answer(result any) error {
	return json.NewEncoder(os.Stdout).Encode(result)
}

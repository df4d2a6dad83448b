// Command delay-line joins a controller to hosts by TUN devices and holds every IPv4 packet back for the same time in
// either direction. It counts what passes. Orders come on standard input, a line each, and each gets one line back.
//
//	delay-line DEVICE               the controller's device, made in the namespace the program runs in
//	attach NETNS DEVICE ADDRESS     a device in /run/netns/NETNS, to which packets for ADDRESS go: "ok"
//	detach ADDRESS                  takes it away: "ok"
//	delay MICROSECONDS              one way, for packets that enter from now on: "ok"
//	count                           what passed since the last count, as JSON
//
// An order that cannot be done gets "error …". The program ends with its input, and its devices with it.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"syscall"
)

func main() {
	// One thread does everything: it changes its network namespace, and it must not be moved.
	runtime.LockOSThread()
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: delay-line DEVICE")
		os.Exit(2)
	}
	controller, err := openTun(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// Measured programs and hosts want the processor too; a packet that waits for it would look like a longer line.
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, -20)
	line := newLine(controller)
	orders := make(chan string)
	wake := newWaker()
	go readOrders(orders, wake)
	fmt.Println("ok")
	for {
		line.step(wake.fd)
		if !wake.drain() {
			continue
		}
		order, open := <-orders
		if !open {
			return
		}
		fmt.Println(obey(line, strings.Fields(order)))
	}
}

// readOrders hands lines over one by one, and wakes the loop for each and for the end.
func readOrders(orders chan<- string, wake waker) {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		wake.wake()
		orders <- lines.Text()
	}
	close(orders)
	wake.wake()
}

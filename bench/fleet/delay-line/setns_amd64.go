package main

// Package syscall does not name it.
const sysSetns = 308

package main

import (
	"bytes"
	"fmt"
	"os/exec"
)

func main() {
	var word, what string
	var kept [][]byte
	fmt.Scan(&word, &what)
	switch word {
	case "hello":
		fmt.Println("hello", what)
	case "loop":
		for {
		}
	case "bomb":
		for {
			kept = append(kept, bytes.Repeat([]byte{1}, 1<<20))
		}
	case "spawn":
		if exec.Command("/bin/sleep", what).Start() == nil {
			fmt.Println("spawned")
		}
	}
}

// Package remote stands for the candidate's functions in the tester's box.
//
// What it sends and gets passes through harness/relay.py, which keeps account of it.
package remote

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"sync"

	"box/wire"
)

const lostCode = 70 // exit code of tests that can no longer be judged

var (
	conn = wire.Open()
	turn sync.Mutex
)

// Watch makes every call ask for the arguments that it changed.
var Watch bool

// Bind makes a variable of a function type call the candidate's function of that name.
func Bind(name string, variable interface{}) {
	function := reflect.ValueOf(variable).Elem()
	function.Set(reflect.MakeFunc(function.Type(), func(args []reflect.Value) []reflect.Value {
		return call(name, function.Type(), args)
	}))
}

func call(name string, kind reflect.Type, args []reflect.Value) []reflect.Value {
	if kind.IsVariadic() {
		args = spread(args)
	}
	turn.Lock() // tests may run side by side, calls may not
	defer turn.Unlock()
	payload, err := wire.Encode(wire.Tuple(name, wire.Values(args), map[string]int{}, Watch), true)
	if err != nil {
		give('B', err)
	}
	if conn.Send('C', payload) != nil {
		os.Exit(lostCode)
	}
	answer, payload, err := conn.Receive()
	if err != nil {
		os.Exit(lostCode)
	}
	return read(answer, payload, kind, args)
}

func spread(args []reflect.Value) (all []reflect.Value) {
	last := args[len(args)-1]
	all = append(all, args[:len(args)-1]...)
	for index := 0; index < last.Len(); index++ {
		all = append(all, last.Index(index))
	}
	return all
}

func read(answer byte, payload []byte, kind reflect.Type, args []reflect.Value) (results []reflect.Value) {
	from := wire.NewReader(payload, true)
	switch answer {
	case 'R':
		results = readResults(from, kind)
	case 'M':
		results = readChanges(from, kind, args)
	case 'X':
		raise(payload)
	}
	trust(from.End())
	return results
}

// readResults reads one value, or a tuple of several, of exactly the types that the declaration names.
func readResults(from *wire.Reader, kind reflect.Type) []reflect.Value {
	results := make([]reflect.Value, kind.NumOut())
	if len(results) == 0 {
		return results
	}
	if len(results) > 1 {
		expect(from.Tuple())(len(results))
	}
	for index := range results {
		results[index] = reflect.New(kind.Out(index)).Elem()
		trust(from.Into(results[index]))
	}
	return results
}

func readChanges(from *wire.Reader, kind reflect.Type, args []reflect.Value) []reflect.Value {
	if !Watch && kind.NumOut() > 0 {
		lost("changes that nobody asked for")
	}
	expect(from.Tuple())(3)
	readNothing(from)
	if kind.NumOut() == 0 {
		readNothing(from)
	}
	results := readResults(from, kind)
	trust(from.Changes(func(index int) { overwrite(from, args, index) }))
	return results
}

func readNothing(from *wire.Reader) {
	value, err := from.Any()
	trust(err)
	if value != nil {
		lost("a value out of place")
	}
}

// overwrite puts what the call made of an argument into the caller's own.
func overwrite(from *wire.Reader, args []reflect.Value, index int) {
	if index < 0 || index >= len(args) {
		lost("changed arguments")
	}
	arg := args[index]
	changed := reflect.New(arg.Type()).Elem()
	trust(from.Into(changed))
	switch {
	case arg.Kind() == reflect.Slice && changed.Len() == arg.Len():
		reflect.Copy(arg, changed)
	case arg.Kind() == reflect.Map && !arg.IsNil():
		refill(arg, changed)
	case arg.Kind() == reflect.Ptr && !arg.IsNil() && !changed.IsNil():
		arg.Elem().Set(changed.Elem())
	case arg.Kind() == reflect.Map || arg.Kind() == reflect.Ptr:
	default: // a callee cannot change the length of its caller's slice, nor anything else
		lost("changed arguments")
	}
}

func refill(old, changed reflect.Value) {
	for _, key := range old.MapKeys() {
		old.SetMapIndex(key, reflect.Value{})
	}
	for pairs := changed.MapRange(); pairs.Next(); {
		old.SetMapIndex(pairs.Key(), pairs.Value())
	}
}

// raise panics as the candidate did, with its message as a text or as an error: tests may recover it.
func raise(payload []byte) {
	from := wire.NewReader(payload, false)
	value, err := from.Any()
	trust(err)
	trust(from.End())
	parts, fine := value.([]interface{})
	if !fine || len(parts) != 7 {
		lost("a malformed exception")
	}
	message := fmt.Sprint(parts[3])
	if parts[0] == "error" {
		panic(errors.New(message))
	}
	panic(message)
}

func expect(count int, err error) func(int) {
	return func(wanted int) {
		trust(err)
		if count != wanted {
			lost("results")
		}
	}
}

func trust(err error) {
	if err != nil {
		give('E', err)
	}
}

func lost(why string) { give('E', wire.Fault(why)) }

// give ends the tests: an answer is not of the declared type, or an argument cannot cross.
func give(kind byte, why error) {
	if payload, err := wire.Encode(why.Error(), false); err == nil {
		conn.Send(kind, payload)
	}
	os.Exit(lostCode)
}

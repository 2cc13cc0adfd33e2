// Package server answers calls of one program's functions, one at a time.
//
// It runs in the candidate's box and holds no tests; its word about itself counts for nothing.
package server

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"

	"box/wire"
)

type server struct {
	conn      *wire.Conn
	functions map[string]interface{}
	typed     bool
}

// Serve answers until the tester quits or hangs up; `typed` is whether the tester is a Go program.
func Serve(functions map[string]interface{}, typed bool) {
	own := &server{wire.Open(), functions, typed}
	for {
		kind, payload, err := own.conn.Receive()
		if err != nil {
			os.Exit(3)
		}
		if kind == 'Q' {
			number := 3
			wire.NewReader(payload, true).Into(reflect.ValueOf(&number).Elem())
			own.conn.Send('Q', nil)
			os.Exit(number)
		}
		answer, told := own.answer(kind, payload)
		if own.conn.Send(answer, told) != nil {
			os.Exit(3)
		}
	}
}

// answer carries out one message; a panic of the program is an answer too.
func (own *server) answer(kind byte, payload []byte) (answer byte, told []byte) {
	defer func() {
		if problem := recover(); problem != nil {
			answer, told = 'X', own.describe(problem)
		}
	}()
	if kind != 'C' {
		panic(wire.Fault("no such message"))
	}
	from := wire.NewReader(payload, own.typed)
	function, args := own.call(from)
	changes := must(from.Any())
	return own.result(function.Call(args), args, changes == true)
}

// call reads the function and its arguments; extra ones are a variadic function's.
func (own *server) call(from *wire.Reader) (function reflect.Value, args wire.Values) {
	must(from.Tuple())
	name := must(from.Any())
	function = reflect.ValueOf(own.functions[fmt.Sprint(name)])
	if function.Kind() != reflect.Func {
		panic(wire.Fault(fmt.Sprintf("%v is no function", name)))
	}
	kind, count := function.Type(), must(from.Tuple())
	if count < kind.NumIn() && !(kind.IsVariadic() && count == kind.NumIn()-1) || count > kind.NumIn() && !kind.IsVariadic() {
		panic(wire.Fault(fmt.Sprintf("%v takes %d arguments, not %d", name, kind.NumIn(), count)))
	}
	for index := 0; index < count; index++ {
		arg := reflect.New(parameter(kind, index)).Elem()
		if err := from.Into(arg); err != nil {
			panic(wire.Fault(fmt.Sprintf("argument %d: %v", index+1, err)))
		}
		args = append(args, arg)
	}
	if named := must(from.Any()); reflect.ValueOf(named).Len() > 0 {
		panic(wire.Fault("Go has no arguments by name"))
	}
	return function, args
}

func parameter(kind reflect.Type, index int) reflect.Type {
	if kind.IsVariadic() && index >= kind.NumIn()-1 {
		return kind.In(kind.NumIn() - 1).Elem()
	}
	return kind.In(index)
}

// result packs what came back, and the arguments that the call may have changed where that is asked or all there is.
func (own *server) result(results, args wire.Values, changes bool) (kind byte, told []byte) {
	var result reflect.Value
	switch {
	case len(results) == 1:
		result = results[0]
	case len(results) > 1:
		result = reflect.ValueOf(results)
	}
	if !changes && len(results) > 0 {
		return 'R', must(wire.Encode(result, own.typed))
	}
	mutable := map[int]reflect.Value{}
	for index, arg := range args {
		if kind := arg.Kind(); kind == reflect.Slice || kind == reflect.Map || kind == reflect.Ptr {
			mutable[index] = arg
		}
	}
	return 'M', must(wire.Encode(wire.Tuple(nil, result, mutable), own.typed))
}

// describe makes a panic plain data, in the order of harness/export.py: describe.
func (own *server) describe(problem interface{}) []byte {
	message := fmt.Sprint(problem)
	if len(message) > 2000 {
		message = message[:2000]
	}
	name, nothing := "panic", []string{}
	if _, known := problem.(error); known {
		name = "error"
	}
	told := wire.Tuple(name, nothing, nothing, message, wire.Tuple(message), map[string]string{}, place())
	return must(wire.Encode(told, false))
}

// place is where in the solution the panic came from, innermost line; empty where unknown.
func place() string {
	calls := make([]uintptr, 200)
	frames := runtime.CallersFrames(calls[:runtime.Callers(3, calls)])
	for {
		frame, more := frames.Next()
		if strings.HasSuffix(frame.File, "/solution.go") {
			return fmt.Sprintf("line %d, in %s", frame.Line, strings.TrimPrefix(frame.Function, "box/solution."))
		}
		if !more {
			return ""
		}
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

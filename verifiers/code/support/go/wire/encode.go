// Package wire is the Go end of the wire that harness/encode.py describes: frames of typed plain values.
//
// An encoding is `typed` between two Go programs: there a value in an interface is a tuple of its Go type's name and
// itself, and a nil slice stays nil. It is plain for a Python tester, which compares with JSON data.
package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"strings"
	"unicode/utf8"
)

const (
	maxFrame = 16 << 20 // bytes of one message
	maxHeld  = 64 << 20 // bytes that one list may take in memory
	maxItems = 2_000_000
	maxDepth = 140 // nested containers: Python, which reads all that crosses, takes 150
)

var (
	errorType = reflect.TypeOf((*error)(nil)).Elem()
	bigType   = reflect.TypeOf((*big.Int)(nil))
	ownType   = reflect.TypeOf(Values{})
	valueType = reflect.TypeOf(reflect.Value{})
)

// Fault is why a value cannot cross, or why bytes are none of the wire's.
type Fault string

func (fault Fault) Error() string { return string(fault) }

func fail(format string, parts ...interface{}) {
	panic(Fault(fmt.Sprintf(format, parts...)))
}

func catch(err *error) {
	if told := recover(); told != nil {
		fault, ours := told.(Fault)
		if !ours {
			panic(told)
		}
		*err = fault
	}
}

// Values cross as a tuple.
type Values []reflect.Value

type writer struct {
	out   []byte
	items int
	typed bool
}

// Encode returns the bytes of one value; a reflect.Value stands for what it holds, whose static type counts.
func Encode(value interface{}, typed bool) (data []byte, err error) {
	defer catch(&err)
	to := &writer{typed: typed}
	to.put(reflect.ValueOf(value), 0)
	return to.out, nil
}

// Tuple makes values of what it is given.
func Tuple(parts ...interface{}) (found Values) {
	for _, part := range parts {
		found = append(found, reflect.ValueOf(part))
	}
	return found
}

func (to *writer) head(tag byte, count int) {
	to.out = append(to.out, tag)
	to.out = binary.BigEndian.AppendUint32(to.out, uint32(count))
	if len(to.out) >= maxFrame {
		fail("a value is too large to cross")
	}
}

func (to *writer) many(tag byte, count int, depth int) {
	if to.items += count; to.items > maxItems || depth > maxDepth {
		fail("a value is too large or too deep to cross")
	}
	to.head(tag, count)
}

func (to *writer) text(value string) {
	to.head('s', len(value))
	to.out = append(to.out, value...)
}

func (to *writer) number(tag byte, bits uint64) {
	to.out = binary.BigEndian.AppendUint64(append(to.out, tag), bits)
}

func (to *writer) tuple(values Values, depth int) {
	to.many('t', len(values), depth)
	for _, value := range values {
		to.put(value, depth+1)
	}
}

func (to *writer) put(value reflect.Value, depth int) {
	switch {
	case !value.IsValid():
		to.out = append(to.out, 'N')
	case value.Type() == bigType:
		to.big(value.Interface().(*big.Int))
	case value.Type() == ownType:
		to.tuple(value.Interface().(Values), depth)
	case value.Type() == valueType:
		to.put(value.Interface().(reflect.Value), depth)
	case value.Kind() == reflect.Interface:
		to.dynamic(value.Elem(), depth)
	default:
		to.plain(value, depth)
	}
}

func (to *writer) plain(value reflect.Value, depth int) {
	switch value.Kind() {
	case reflect.Bool:
		to.out = append(to.out, map[bool]byte{true: 'T', false: 'F'}[value.Bool()])
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		to.number('i', uint64(value.Int()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		to.unsigned(value.Uint())
	case reflect.Float32, reflect.Float64:
		to.number('f', math.Float64bits(value.Float()))
	case reflect.Complex64, reflect.Complex128:
		to.number('c', math.Float64bits(real(value.Complex())))
		to.out = binary.BigEndian.AppendUint64(to.out, math.Float64bits(imag(value.Complex())))
	case reflect.String:
		to.string(value.String())
	case reflect.Slice, reflect.Array:
		to.list(value, depth)
	case reflect.Map:
		to.dict(value, depth)
	case reflect.Struct:
		to.fields(value, depth)
	case reflect.Ptr:
		to.pointed(value, depth)
	default:
		fail("a value of type %v cannot cross", value.Type())
	}
}

func (to *writer) string(value string) {
	switch {
	case utf8.ValidString(value):
		to.text(value)
	case to.typed:
		to.head('b', len(value))
		to.out = append(to.out, value...)
	default: // Python's text holds nothing else
		to.text(strings.ToValidUTF8(value, "\uFFFD"))
	}
}

func (to *writer) unsigned(value uint64) {
	if value <= math.MaxInt64 {
		to.number('i', value)
	} else {
		to.big(new(big.Int).SetUint64(value))
	}
}

// big writes two's complement, as Python's int.from_bytes(signed=True) reads it.
func (to *writer) big(value *big.Int) {
	if value == nil {
		to.out = append(to.out, 'N')
		return
	}
	size := value.BitLen()/8 + 1
	whole := value
	if value.Sign() < 0 {
		whole = new(big.Int).Add(value, new(big.Int).Lsh(big.NewInt(1), uint(8*size)))
	}
	to.head('I', size)
	to.out = append(to.out, whole.FillBytes(make([]byte, size))...)
}

func (to *writer) list(value reflect.Value, depth int) {
	if to.typed && value.Kind() == reflect.Slice && value.IsNil() {
		to.out = append(to.out, 'N')
		return
	}
	switch value.Type().Elem().Kind() {
	case reflect.Int, reflect.Int64:
		to.packed('q', value, func(item reflect.Value) uint64 { return uint64(item.Int()) })
	case reflect.Float64:
		to.packed('D', value, func(item reflect.Value) uint64 { return math.Float64bits(item.Float()) })
	default:
		to.each('l', value, depth)
	}
}

// packed writes numbers of one kind, whose tag is said once.
func (to *writer) packed(tag byte, value reflect.Value, bits func(reflect.Value) uint64) {
	to.head(tag, value.Len())
	for index := 0; index < value.Len(); index++ {
		to.out = binary.BigEndian.AppendUint64(to.out, bits(value.Index(index)))
	}
}

func (to *writer) each(tag byte, value reflect.Value, depth int) {
	to.many(tag, value.Len(), depth)
	for index := 0; index < value.Len(); index++ {
		to.put(value.Index(index), depth+1)
	}
}

func (to *writer) dict(value reflect.Value, depth int) {
	if to.typed && value.IsNil() {
		to.out = append(to.out, 'N')
		return
	}
	to.many('m', value.Len(), depth)
	for pairs := value.MapRange(); pairs.Next(); {
		to.key(pairs.Key(), depth+1)
		to.put(pairs.Value(), depth+1)
	}
}

// key writes a key, for which Python wants a tuple in the place of a list or of an object.
func (to *writer) key(value reflect.Value, depth int) {
	switch value.Kind() {
	case reflect.Array:
		to.each('t', value, depth)
	case reflect.Struct:
		to.many('t', value.NumField(), depth)
		for index := 0; index < value.NumField(); index++ {
			to.key(value.Field(index), depth+1)
		}
	default:
		to.put(value, depth)
	}
}

func (to *writer) fields(value reflect.Value, depth int) {
	to.many('m', value.NumField(), depth)
	for index := 0; index < value.NumField(); index++ {
		to.text(value.Type().Field(index).Name)
		to.put(value.Field(index), depth+1)
	}
}

func (to *writer) pointed(value reflect.Value, depth int) {
	if value.IsNil() {
		to.out = append(to.out, 'N')
		return
	}
	if depth > maxDepth {
		fail("a value is too deep to cross")
	}
	to.put(value.Elem(), depth+1)
}

// dynamic writes what an interface holds: with its Go type, where that is not the one the reader would take.
func (to *writer) dynamic(value reflect.Value, depth int) {
	switch {
	case !value.IsValid():
		to.out = append(to.out, 'N')
	case value.Type().Implements(errorType):
		to.named("error", reflect.ValueOf(value.Interface().(error).Error()), depth)
	case natural[value.Type()]:
		to.put(value, depth)
	default:
		to.named(typeName(value.Type()), value, depth)
	}
}

// named writes a value after the name of its type; an error is its message.
func (to *writer) named(name string, value reflect.Value, depth int) {
	if !to.typed {
		to.put(value, depth)
		return
	}
	to.many('t', 2, depth)
	to.text(name)
	to.key(value, depth+1)
}

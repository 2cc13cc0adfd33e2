package wire

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"reflect"
	"strconv"
	"unsafe"
)

// Reader reads the values of one payload into Go values of given types, whatever the bytes are.
type Reader struct {
	data  []byte
	items int
	typed bool
}

// NewReader reads a payload.
func NewReader(data []byte, typed bool) *Reader {
	return &Reader{data: data, items: maxItems, typed: typed}
}

// Into reads the next value into a settable one.
func (from *Reader) Into(value reflect.Value) (err error) {
	defer catch(&err)
	from.get(value, 0)
	return nil
}

// Any reads the next value as the type that its bytes suggest.
func (from *Reader) Any() (value interface{}, err error) {
	err = from.Into(reflect.ValueOf(&value).Elem())
	return value, err
}

// Tuple reads the head of a tuple, and returns how many values follow.
func (from *Reader) Tuple() (count int, err error) {
	defer catch(&err)
	if from.tag() != 't' {
		fail("no tuple")
	}
	return from.count(1), nil
}

// Changes reads a mapping of positions to values, which the given function reads each.
func (from *Reader) Changes(read func(index int)) (err error) {
	defer catch(&err)
	if from.tag() != 'm' {
		fail("no changes")
	}
	for count := from.count(2); count > 0; count-- {
		if from.tag() != 'i' {
			fail("no position")
		}
		read(int(from.int()))
	}
	return nil
}

// End checks that nothing follows.
func (from *Reader) End() error {
	if len(from.data) > 0 {
		return Fault("bytes after the value")
	}
	return nil
}

func (from *Reader) take(size int) []byte {
	if size > len(from.data) {
		fail("frame ends within a value")
	}
	chunk := from.data[:size]
	from.data = from.data[size:]
	return chunk
}

func (from *Reader) tag() byte { return from.take(1)[0] }

// count reads a length that the rest of the frame can really hold.
func (from *Reader) count(width int) int {
	number := int(binary.BigEndian.Uint32(from.take(4)))
	if number*width > len(from.data) {
		fail("count beyond the end of the frame")
	}
	if from.items -= number; from.items < 0 {
		fail("too many items")
	}
	return number
}

func (from *Reader) text() string {
	size := int(binary.BigEndian.Uint32(from.take(4)))
	return string(from.take(size))
}

func (from *Reader) float() float64 {
	return math.Float64frombits(uint64(from.int()))
}

func (from *Reader) int() int64 { return int64(binary.BigEndian.Uint64(from.take(8))) }

func (from *Reader) big() *big.Int {
	data := from.take(int(binary.BigEndian.Uint32(from.take(4))))
	number := new(big.Int).SetBytes(data)
	if len(data) > 0 && data[0] >= 128 {
		number.Sub(number, new(big.Int).Lsh(big.NewInt(1), uint(8*len(data))))
	}
	return number
}

func (from *Reader) get(value reflect.Value, depth int) {
	if depth > maxDepth {
		fail("nested too deeply")
	}
	before := from.data
	tag := from.tag()
	switch {
	case value.Kind() == reflect.Interface:
		from.dynamic(tag, value, depth)
	case value.Type() == bigType:
		from.bigInto(tag, value)
	case tag == 'N':
		from.nothing(value)
	case value.Kind() == reflect.Ptr:
		from.data = before
		value.Set(reflect.New(value.Type().Elem()))
		from.get(value.Elem(), depth+1)
	default:
		from.fill(tag, value, depth)
	}
}

func (from *Reader) nothing(value reflect.Value) {
	switch value.Kind() {
	case reflect.Slice, reflect.Map, reflect.Ptr:
		value.Set(reflect.Zero(value.Type()))
	default:
		fail("null for %v", value.Type())
	}
}

func (from *Reader) fill(tag byte, value reflect.Value, depth int) {
	kind := value.Kind()
	switch {
	case kind == reflect.Bool && (tag == 'T' || tag == 'F'):
		value.SetBool(tag == 'T')
	case value.CanInt() && tag == 'i':
		from.setInt(value, from.int())
	case value.CanUint() && (tag == 'i' || tag == 'I'):
		from.setUint(tag, value)
	case value.CanFloat() && tag == 'f':
		value.SetFloat(from.float())
	case value.CanFloat() && tag == 'i' && !from.typed: // JSON's 1 stands for 1.0
		value.SetFloat(float64(from.int()))
	case value.CanComplex() && tag == 'c':
		part := from.float()
		value.SetComplex(complex(part, from.float()))
	case kind == reflect.String && (tag == 's' || tag == 'b'):
		value.SetString(from.text())
	case kind == reflect.Slice || kind == reflect.Array:
		from.list(tag, value, depth)
	case kind == reflect.Map && tag == 'm':
		from.dict(value, depth)
	case kind == reflect.Struct && tag == 'm':
		from.fields(value, depth)
	case kind == reflect.Struct && tag == 't':
		from.positions(value, depth)
	default:
		fail("a value of kind %q for %v", tag, value.Type())
	}
}

func (from *Reader) setInt(value reflect.Value, number int64) {
	if value.OverflowInt(number) {
		fail("%d for %v", number, value.Type())
	}
	value.SetInt(number)
}

func (from *Reader) setUint(tag byte, value reflect.Value) {
	number := big.NewInt(0)
	if tag == 'i' {
		number.SetInt64(from.int())
	} else {
		number = from.big()
	}
	if !number.IsUint64() || value.OverflowUint(number.Uint64()) {
		fail("%v for %v", number, value.Type())
	}
	value.SetUint(number.Uint64())
}

func (from *Reader) bigInto(tag byte, value reflect.Value) {
	switch tag {
	case 'N':
		value.Set(reflect.Zero(bigType))
	case 'i':
		value.Set(reflect.ValueOf(big.NewInt(from.int())))
	case 'I':
		value.Set(reflect.ValueOf(from.big()))
	default:
		fail("a value of kind %q for an integer", tag)
	}
}

func (from *Reader) list(tag byte, value reflect.Value, depth int) {
	width, known := map[byte]int{'l': 1, 't': 1, 'q': 8, 'D': 8}[tag]
	if !known {
		fail("a value of kind %q for %v", tag, value.Type())
	}
	count := from.count(width)
	if size := value.Type().Elem().Size(); size > 0 && count > maxHeld/int(size) {
		fail("a list that is too large")
	}
	if value.Kind() == reflect.Slice {
		value.Set(reflect.MakeSlice(value.Type(), count, count))
	} else if value.Len() != count {
		fail("%d values for %v", count, value.Type())
	}
	for index := 0; index < count; index++ {
		switch item := value.Index(index); tag {
		case 'q':
			from.packed('i', item, depth)
		case 'D':
			from.packed('f', item, depth)
		default:
			from.get(item, depth+1)
		}
	}
}

// packed reads a number whose tag was said once for the whole list.
func (from *Reader) packed(tag byte, item reflect.Value, depth int) {
	if item.Kind() == reflect.Interface {
		from.dynamic(tag, item, depth)
	} else {
		from.fill(tag, item, depth)
	}
}

func (from *Reader) dict(value reflect.Value, depth int) {
	count := from.count(2)
	value.Set(reflect.MakeMapWithSize(value.Type(), count))
	for ; count > 0; count-- {
		key, item := reflect.New(value.Type().Key()).Elem(), reflect.New(value.Type().Elem()).Elem()
		from.key(key, depth)
		from.get(item, depth+1)
		value.SetMapIndex(key, item)
	}
}

// key reads a key; JSON has integers there as texts only.
func (from *Reader) key(key reflect.Value, depth int) {
	if from.typed || !key.CanInt() || len(from.data) == 0 || from.data[0] != 's' {
		from.get(key, depth+1)
		if key.Kind() == reflect.Interface && !key.IsNil() && !key.Elem().Type().Comparable() {
			fail("a key of type %v", key.Elem().Type())
		}
		return
	}
	from.tag()
	number, err := strconv.ParseInt(from.text(), 10, 64)
	if err != nil {
		fail("no number for a key")
	}
	from.setInt(key, number)
}

func (from *Reader) fields(value reflect.Value, depth int) {
	for count := from.count(2); count > 0; count-- {
		if from.tag() != 's' {
			fail("no name of a field")
		}
		field := value.FieldByName(from.text())
		if !field.IsValid() {
			fail("no such field of %v", value.Type())
		}
		from.get(opened(field), depth+1)
	}
}

// positions reads a structure that is a key.
func (from *Reader) positions(value reflect.Value, depth int) {
	if from.count(1) != value.NumField() {
		fail("no %v", value.Type())
	}
	for index := 0; index < value.NumField(); index++ {
		from.get(opened(value.Field(index)), depth+1)
	}
}

// opened is a field through its address, since one with a name in small letters cannot be set otherwise.
func opened(field reflect.Value) reflect.Value {
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}

// dynamic reads what goes into an interface.
func (from *Reader) dynamic(tag byte, value reflect.Value, depth int) {
	found := from.guess(tag, depth)
	if found == nil {
		value.Set(reflect.Zero(value.Type()))
		return
	}
	if !reflect.TypeOf(found).AssignableTo(value.Type()) {
		fail("a %T for %v", found, value.Type())
	}
	value.Set(reflect.ValueOf(found))
}

func (from *Reader) guess(tag byte, depth int) interface{} {
	switch tag {
	case 'N':
		return nil
	case 'T', 'F':
		return tag == 'T'
	case 'i':
		return int(from.int())
	case 'I':
		return from.big()
	case 'f':
		return from.float()
	case 's', 'b':
		return from.text()
	case 't':
		if from.typed {
			return from.named(depth)
		}
		fallthrough
	case 'l', 'q', 'D':
		items := []interface{}{}
		from.list(tag, reflect.ValueOf(&items).Elem(), depth)
		return items
	case 'm':
		return from.object(depth)
	}
	fail("a value of unknown kind %q", tag)
	return nil
}

// object reads a JSON object, or a map with other keys.
func (from *Reader) object(depth int) interface{} {
	found, named := map[interface{}]interface{}{}, map[string]interface{}{}
	from.dict(reflect.ValueOf(&found).Elem(), depth)
	for key, item := range found {
		if text, ok := key.(string); ok {
			named[text] = item
		}
	}
	if len(named) == len(found) {
		return named
	}
	return found
}

// named reads a value that comes with the name of its Go type.
func (from *Reader) named(depth int) interface{} {
	if from.count(1) != 2 || from.tag() != 's' {
		fail("no name of a type")
	}
	name := from.text()
	if name == "error" {
		if tag := from.tag(); tag != 's' && tag != 'b' {
			fail("no message of an error")
		}
		return errors.New(from.text())
	}
	value := reflect.New(typeNamed(name)).Elem()
	from.get(value, depth+1)
	return value.Interface()
}

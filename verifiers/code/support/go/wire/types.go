package wire

import (
	"reflect"
	"strconv"
	"strings"
)

const maxArray = 1 << 20 // elements of an array type that is made from its name

var anyType = reflect.TypeOf((*interface{})(nil)).Elem()

// basic are the types without parts, by name; named types of a program are none of them.
var basic = map[string]reflect.Type{}

// natural are the types that a reader takes for a value in an interface, unless it is told another.
var natural = map[reflect.Type]bool{}

func init() {
	samples := []interface{}{
		false, 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0),
		float32(0), 0.0, complex64(0), complex(0, 0), "",
	}
	for _, sample := range samples {
		basic[reflect.TypeOf(sample).String()] = reflect.TypeOf(sample)
	}
	for _, sample := range []interface{}{false, 0, 0.0, ""} {
		natural[reflect.TypeOf(sample)] = true
	}
	basic["any"] = anyType
	basic["big"] = bigType
}

// typeName names a type that is made of basic ones: []int, [2]any, map[string][]bool.
func typeName(kind reflect.Type) string {
	if kind.PkgPath() != "" {
		fail("a value of type %v in an interface cannot cross", kind)
	}
	switch kind.Kind() {
	case reflect.Slice:
		return "[]" + typeName(kind.Elem())
	case reflect.Array:
		return "[" + strconv.Itoa(kind.Len()) + "]" + typeName(kind.Elem())
	case reflect.Map:
		return "map[" + typeName(kind.Key()) + "]" + typeName(kind.Elem())
	}
	for name, known := range basic {
		if kind == known {
			return name
		}
	}
	fail("a value of type %v in an interface cannot cross", kind)
	return ""
}

// typeNamed reads what typeName wrote; the name may be anything.
func typeNamed(name string) reflect.Type {
	kind, rest := parseType(name, 0)
	if rest != "" {
		fail("no type %q", name)
	}
	return kind
}

func parseType(name string, depth int) (kind reflect.Type, rest string) {
	if depth > 20 {
		fail("a type that is too deep")
	}
	if strings.HasPrefix(name, "map[") {
		return parseMap(name[4:], depth)
	}
	if strings.HasPrefix(name, "[]") {
		elem, rest := parseType(name[2:], depth+1)
		return reflect.SliceOf(elem), rest
	}
	if strings.HasPrefix(name, "[") {
		return parseArray(name[1:], depth)
	}
	end := 0
	for end < len(name) && name[end] != ']' {
		end++
	}
	known, found := basic[name[:end]]
	if !found {
		fail("no type %q", name)
	}
	return known, name[end:]
}

func parseMap(name string, depth int) (kind reflect.Type, rest string) {
	key, rest := parseType(name, depth+1)
	if !strings.HasPrefix(rest, "]") || !key.Comparable() {
		fail("no key of a map: %q", name)
	}
	elem, rest := parseType(rest[1:], depth+1)
	return reflect.MapOf(key, elem), rest
}

func parseArray(name string, depth int) (kind reflect.Type, rest string) {
	size, rest, found := strings.Cut(name, "]")
	count, err := strconv.Atoi(size)
	if !found || err != nil || count < 0 || count > maxArray {
		fail("no size of an array: %q", name)
	}
	elem, rest := parseType(rest, depth+1)
	if elem.Size() > 0 && count > maxFrame/int(elem.Size()) {
		fail("an array that is too large")
	}
	return reflect.ArrayOf(count, elem), rest
}

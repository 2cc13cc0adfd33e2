// Package assert stands for github.com/stretchr/testify/assert, whose meaning its functions have.
//
// The real one needs four other modules and nine seconds to compile. The methods of Assertions, the variants with a
// format and the package require are made of the functions here, by testify.py.
package assert

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path"
	"reflect"
	"regexp"
	"runtime"
	"strings"
)

// TestingT is the part of *testing.T that assertions need.
type TestingT interface {
	Errorf(format string, args ...interface{})
}

// Assertions are the functions of this package for one test.
type Assertions struct{ t TestingT }

// New binds the assertions to a test.
func New(t TestingT) *Assertions { return &Assertions{t} }

const shown = 600 // characters of one shown value

func show(value interface{}) string {
	text := fmt.Sprintf("%#v", value)
	if len(text) > shown {
		return text[:shown]
	}
	return text
}

func said(extra []interface{}) string {
	if len(extra) == 0 {
		return ""
	}
	if format, fine := extra[0].(string); fine && len(extra) > 1 {
		return ": " + fmt.Sprintf(format, extra[1:]...)
	}
	return fmt.Sprint(append([]interface{}{": "}, extra...)...)
}

// check fails a test, and ends it: what the last call gave is then what the test was about.
func check(t TestingT, holds bool, told string, extra []interface{}) bool {
	if holds {
		return true
	}
	t.Errorf("%s%s (%s)", told, said(extra), place())
	if test, fine := t.(interface{ FailNow() }); fine {
		test.FailNow()
	}
	return false
}

// place is the line of the test.
func place() string {
	for depth := 2; depth < 10; depth++ {
		if _, file, line, known := runtime.Caller(depth); known && strings.HasSuffix(file, "_test.go") {
			return fmt.Sprintf("%s:%d", path.Base(file), line)
		}
	}
	return "?"
}

// ObjectsAreEqual is what Equal means.
func ObjectsAreEqual(expected, actual interface{}) bool {
	wanted, binary := expected.([]byte)
	if !binary {
		return reflect.DeepEqual(expected, actual)
	}
	got, binary := actual.([]byte)
	return binary && (wanted == nil) == (got == nil) && bytes.Equal(wanted, got)
}

// ObjectsAreEqualValues is what EqualValues means.
func ObjectsAreEqualValues(expected, actual interface{}) bool {
	if ObjectsAreEqual(expected, actual) {
		return true
	}
	wanted, kind := reflect.ValueOf(expected), reflect.TypeOf(actual)
	if kind == nil || !wanted.IsValid() || !wanted.Type().ConvertibleTo(kind) {
		return false
	}
	return reflect.DeepEqual(wanted.Convert(kind).Interface(), actual)
}

func Equal(t TestingT, expected, actual interface{}, extra ...interface{}) bool {
	told := fmt.Sprintf("Not equal: expected: %s actual: %s", show(expected), show(actual))
	return check(t, ObjectsAreEqual(expected, actual), told, extra)
}

func NotEqual(t TestingT, expected, actual interface{}, extra ...interface{}) bool {
	return check(t, !ObjectsAreEqual(expected, actual), "Should not be: "+show(actual), extra)
}

func EqualValues(t TestingT, expected, actual interface{}, extra ...interface{}) bool {
	told := fmt.Sprintf("Not equal: expected: %s actual: %s", show(expected), show(actual))
	return check(t, ObjectsAreEqualValues(expected, actual), told, extra)
}

func NotEqualValues(t TestingT, expected, actual interface{}, extra ...interface{}) bool {
	return check(t, !ObjectsAreEqualValues(expected, actual), "Should not be: "+show(actual), extra)
}

func Exactly(t TestingT, expected, actual interface{}, extra ...interface{}) bool {
	return Equal(t, expected, actual, extra...)
}

func True(t TestingT, value bool, extra ...interface{}) bool {
	return check(t, value, "Should be true", extra)
}

func False(t TestingT, value bool, extra ...interface{}) bool {
	return check(t, !value, "Should be false", extra)
}

func isNil(object interface{}) bool {
	value := reflect.ValueOf(object)
	switch value.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Chan, reflect.Func, reflect.Interface, reflect.Map, reflect.Ptr, reflect.Slice, reflect.UnsafePointer:
		return value.IsNil()
	}
	return false
}

func Nil(t TestingT, object interface{}, extra ...interface{}) bool {
	return check(t, isNil(object), "Expected nil, but got: "+show(object), extra)
}

func NotNil(t TestingT, object interface{}, extra ...interface{}) bool {
	return check(t, !isNil(object), "Expected value not to be nil", extra)
}

func isEmpty(object interface{}) bool {
	value := reflect.ValueOf(object)
	switch value.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Chan, reflect.Map, reflect.Slice:
		return value.Len() == 0
	case reflect.Ptr:
		return value.IsNil() || isEmpty(value.Elem().Interface())
	}
	return value.IsZero()
}

func Empty(t TestingT, object interface{}, extra ...interface{}) bool {
	return check(t, isEmpty(object), "Should be empty, but was "+show(object), extra)
}

func NotEmpty(t TestingT, object interface{}, extra ...interface{}) bool {
	return check(t, !isEmpty(object), "Should not be empty, but was "+show(object), extra)
}

func Zero(t TestingT, object interface{}, extra ...interface{}) bool {
	return check(t, object == nil || reflect.ValueOf(object).IsZero(), "Should be zero, but was "+show(object), extra)
}

func NotZero(t TestingT, object interface{}, extra ...interface{}) bool {
	return check(t, object != nil && !reflect.ValueOf(object).IsZero(), "Should not be zero", extra)
}

func IsType(t TestingT, expected, object interface{}, extra ...interface{}) bool {
	told := fmt.Sprintf("Object expected to be of type %T, but was %T", expected, object)
	return check(t, reflect.TypeOf(expected) == reflect.TypeOf(object), told, extra)
}

func length(object interface{}) (size int, known bool) {
	value := reflect.ValueOf(object)
	switch value.Kind() {
	case reflect.Array, reflect.Chan, reflect.Map, reflect.Slice, reflect.String:
		return value.Len(), true
	}
	return 0, false
}

func Len(t TestingT, object interface{}, size int, extra ...interface{}) bool {
	found, known := length(object)
	told := fmt.Sprintf("%s should have %d item(s), but has %d", show(object), size, found)
	return check(t, known && found == size, told, extra)
}

// holds says whether a text, list or map contains something.
func holds(container, element interface{}) bool {
	value := reflect.ValueOf(container)
	switch value.Kind() {
	case reflect.String:
		part, fine := element.(string)
		return fine && strings.Contains(value.String(), part)
	case reflect.Map:
		for _, key := range value.MapKeys() {
			if ObjectsAreEqual(key.Interface(), element) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		for index := 0; index < value.Len(); index++ {
			if ObjectsAreEqual(value.Index(index).Interface(), element) {
				return true
			}
		}
	}
	return false
}

func Contains(t TestingT, container, element interface{}, extra ...interface{}) bool {
	return check(t, holds(container, element), show(container)+" does not contain "+show(element), extra)
}

func NotContains(t TestingT, container, element interface{}, extra ...interface{}) bool {
	return check(t, !holds(container, element), show(container)+" should not contain "+show(element), extra)
}

func items(list interface{}) (found []interface{}, known bool) {
	value := reflect.ValueOf(list)
	if value.Kind() != reflect.Slice && value.Kind() != reflect.Array {
		return nil, list == nil
	}
	for index := 0; index < value.Len(); index++ {
		found = append(found, value.Index(index).Interface())
	}
	return found, true
}

func Subset(t TestingT, list, subset interface{}, extra ...interface{}) bool {
	wanted, known := items(subset)
	for _, item := range wanted {
		known = known && holds(list, item)
	}
	return check(t, known, show(list)+" does not contain all of "+show(subset), extra)
}

func ElementsMatch(t TestingT, listA, listB interface{}, extra ...interface{}) bool {
	left, known := items(listA)
	right, alsoKnown := items(listB)
	for _, item := range left {
		for index, other := range right {
			if ObjectsAreEqual(item, other) {
				right = append(right[:index:index], right[index+1:]...)
				break
			}
		}
	}
	sizeA, _ := length(listA)
	sizeB, _ := length(listB)
	matches := known && alsoKnown && sizeA == sizeB && len(right) == 0
	return check(t, matches, "elements differ: "+show(listA)+" and "+show(listB), extra)
}

func NoError(t TestingT, err error, extra ...interface{}) bool {
	return check(t, err == nil, fmt.Sprintf("Received unexpected error: %v", err), extra)
}

func Error(t TestingT, err error, extra ...interface{}) bool {
	return check(t, err != nil, "An error is expected but got nil.", extra)
}

func EqualError(t TestingT, err error, message string, extra ...interface{}) bool {
	return check(t, err != nil && err.Error() == message, fmt.Sprintf("expected: %q actual: %v", message, err), extra)
}

func ErrorContains(t TestingT, err error, contains string, extra ...interface{}) bool {
	told := fmt.Sprintf("Error %v does not contain %q", err, contains)
	return check(t, err != nil && strings.Contains(err.Error(), contains), told, extra)
}

// ErrorIs compares messages too: an error of the solution crosses as its message.
func ErrorIs(t TestingT, err, target error, extra ...interface{}) bool {
	same := errors.Is(err, target) || err != nil && target != nil && err.Error() == target.Error()
	return check(t, same, fmt.Sprintf("%v is not %v", err, target), extra)
}

func float(value interface{}) float64 {
	of := reflect.ValueOf(value)
	if of.IsValid() && of.CanConvert(reflect.TypeOf(0.0)) {
		return of.Convert(reflect.TypeOf(0.0)).Float()
	}
	return math.NaN()
}

func near(expected, actual interface{}, delta float64) bool {
	wanted, got := float(expected), float(actual)
	if math.IsNaN(wanted) || math.IsNaN(got) {
		return math.IsNaN(wanted) && math.IsNaN(got)
	}
	return math.Abs(wanted-got) <= delta || wanted == got
}

func InDelta(t TestingT, expected, actual interface{}, delta float64, extra ...interface{}) bool {
	return check(t, near(expected, actual, delta), fmt.Sprintf("%v and %v differ by more than %v", expected, actual, delta), extra)
}

func InDeltaSlice(t TestingT, expected, actual interface{}, delta float64, extra ...interface{}) bool {
	wanted, known := items(expected)
	got, alsoKnown := items(actual)
	all := known && alsoKnown && len(wanted) == len(got)
	for index := range wanted {
		all = all && near(wanted[index], got[index], delta)
	}
	return check(t, all, fmt.Sprintf("%s and %s differ by more than %v", show(expected), show(actual), delta), extra)
}

func InEpsilon(t TestingT, expected, actual interface{}, epsilon float64, extra ...interface{}) bool {
	wanted, got := float(expected), float(actual)
	fine := wanted != 0 && math.Abs(wanted-got)/math.Abs(wanted) <= epsilon
	return check(t, fine, fmt.Sprintf("relative error of %v and %v is above %v", expected, actual, epsilon), extra)
}

// order compares two values of one ordered type.
func order(left, right interface{}) (sign int, known bool) {
	a, b := reflect.ValueOf(left), reflect.ValueOf(right)
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		return 0, false
	}
	var less, more bool
	switch {
	case a.CanInt():
		less, more = a.Int() < b.Int(), a.Int() > b.Int()
	case a.CanUint():
		less, more = a.Uint() < b.Uint(), a.Uint() > b.Uint()
	case a.CanFloat():
		less, more = a.Float() < b.Float(), a.Float() > b.Float()
	case a.Kind() == reflect.String:
		less, more = a.String() < b.String(), a.String() > b.String()
	default:
		return 0, false
	}
	if less {
		return -1, true
	}
	return map[bool]int{true: 1}[more], true
}

func Greater(t TestingT, left, right interface{}, extra ...interface{}) bool {
	sign, known := order(left, right)
	return check(t, known && sign > 0, show(left)+" is not greater than "+show(right), extra)
}

func GreaterOrEqual(t TestingT, left, right interface{}, extra ...interface{}) bool {
	sign, known := order(left, right)
	return check(t, known && sign >= 0, show(left)+" is not greater than or equal to "+show(right), extra)
}

func Less(t TestingT, left, right interface{}, extra ...interface{}) bool {
	sign, known := order(left, right)
	return check(t, known && sign < 0, show(left)+" is not less than "+show(right), extra)
}

func LessOrEqual(t TestingT, left, right interface{}, extra ...interface{}) bool {
	sign, known := order(left, right)
	return check(t, known && sign <= 0, show(left)+" is not less than or equal to "+show(right), extra)
}

func panicked(function func()) (problem interface{}, did bool) {
	did = true
	defer func() { problem = recover() }()
	function()
	return nil, false
}

func Panics(t TestingT, function func(), extra ...interface{}) bool {
	_, did := panicked(function)
	return check(t, did, "should panic", extra)
}

func NotPanics(t TestingT, function func(), extra ...interface{}) bool {
	problem, did := panicked(function)
	return check(t, !did, "should not panic: "+show(problem), extra)
}

func PanicsWithValue(t TestingT, expected interface{}, function func(), extra ...interface{}) bool {
	problem, did := panicked(function)
	told := "should panic with " + show(expected) + ", not " + show(problem)
	return check(t, did && ObjectsAreEqual(expected, problem), told, extra)
}

func PanicsWithError(t TestingT, message string, function func(), extra ...interface{}) bool {
	problem, did := panicked(function)
	err, fine := problem.(error)
	told := fmt.Sprintf("should panic with error %q, not %v", message, problem)
	return check(t, did && fine && err.Error() == message, told, extra)
}

func matches(pattern, text interface{}) bool {
	compiled, fine := pattern.(*regexp.Regexp)
	if !fine {
		compiled = regexp.MustCompile(fmt.Sprint(pattern))
	}
	return compiled.MatchString(fmt.Sprint(text))
}

func Regexp(t TestingT, pattern, text interface{}, extra ...interface{}) bool {
	return check(t, matches(pattern, text), fmt.Sprintf("%v does not match %v", text, pattern), extra)
}

func NotRegexp(t TestingT, pattern, text interface{}, extra ...interface{}) bool {
	return check(t, !matches(pattern, text), fmt.Sprintf("%v matches %v", text, pattern), extra)
}

func Condition(t TestingT, comparison func() bool, extra ...interface{}) bool {
	return check(t, comparison(), "Condition failed!", extra)
}

func Fail(t TestingT, message string, extra ...interface{}) bool {
	return check(t, false, message, extra)
}

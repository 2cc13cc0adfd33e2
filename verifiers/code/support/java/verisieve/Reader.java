package verisieve;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Reads what Writer wrote, or what Python did, as values of given Java types, whatever the bytes are. */
final class Reader {
    private static final int MAX_DEPTH = 150;
    private static final Map<String, Class<?>> KINDS = new LinkedHashMap<>();

    static {
        for (Class<?> kind : List.of(boolean.class, byte.class, short.class, char.class, int.class, long.class, float.class,
            double.class, Boolean.class, Byte.class, Short.class, Character.class, Integer.class, Long.class, Float.class,
            Double.class, String.class, Object.class, BigInteger.class, BigDecimal.class, List.class)) {
            KINDS.put(kind.getSimpleName(), kind);
        }
    }

    private final ByteBuffer data;
    private final boolean typed;
    private int left = 2_000_000;

    Reader(byte[] payload, boolean typed) {
        this.data = ByteBuffer.wrap(payload);
        this.typed = typed;
    }

    /** The next value as one of a type; a Fault where it is none. */
    Object value(Type target) {
        try {
            return get(target, 0);
        } catch (BufferUnderflowException error) {
            throw new Fault("frame ends within a value");
        } catch (ClassCastException | NullPointerException | IllegalArgumentException | NegativeArraySizeException error) {
            throw new Fault("no such value: " + error.getMessage());
        }
    }

    int tuple() {
        if (data.get() != 't') throw new Fault("no tuple");
        return count(1);
    }

    int changes() {
        if (data.get() != 'm') throw new Fault("no changes");
        return count(2);
    }

    int place() {
        return (Integer) value(int.class);
    }

    void end() {
        if (data.hasRemaining()) throw new Fault("bytes after the value");
    }

    private int count(int width) {
        int number = data.getInt();
        left -= number;
        if (number < 0 || (long) number * width > data.remaining() || left < 0) throw new Fault("too many items");
        return number;
    }

    private byte[] bytes() {
        int size = data.getInt();
        if (size < 0 || size > data.remaining()) throw new Fault("frame ends within a value");
        byte[] found = new byte[size];
        data.get(found);
        return found;
    }

    private String text() {
        // the same object for the same text, so that a test that compares with == sees equal texts as equal
        return new String(bytes(), StandardCharsets.UTF_8).intern();
    }

    private Object get(Type target, int depth) {
        if (depth > MAX_DEPTH) throw new Fault("nested too deeply");
        Object found = read(target, raw(target), depth);
        Class<?> kind = boxed(raw(target));
        if (found == null ? raw(target).isPrimitive() : !kind.isInstance(found)) {
            throw new Fault((found == null ? "null" : found.getClass().getSimpleName()) + " for " + target.getTypeName());
        }
        return found;
    }

    private Object read(Type target, Class<?> kind, int depth) {
        char tag = (char) data.get();
        switch (tag) {
            case 'N': return !typed && kind == Optional.class ? Optional.empty() : null;
            case 'T': case 'F': return tag == 'T';
            case 'i': return number(data.getLong(), kind);
            case 'I': return integer(new BigInteger(bytes()), kind);
            case 'f': return real(data.getDouble(), kind);
            case 's': return character(text(), kind);
            case 'l': case 'q': case 'D': return list(tag, target, kind, depth);
            case 't': return typed ? named(target, kind, depth) : list(tag, target, kind, depth);
            case 'm': return typed ? object(kind, depth) : map(target, kind, depth);
            default: throw new Fault("unknown kind of value");
        }
    }

    /** An integer as the widest of what the target takes; JSON has one kind of integers only. */
    private Object number(long number, Class<?> target) {
        Class<?> kind = target.isPrimitive() || !typed ? boxed(target) : Object.class;
        if (kind == Double.class) return (double) number;
        if (kind == Float.class) return (float) number;
        if (kind == Long.class) return number;
        if (!typed && kind == BigInteger.class) return BigInteger.valueOf(number);
        if (!typed && kind == BigDecimal.class) return BigDecimal.valueOf(number);
        if (!typed && kind == Short.class && number == (short) number) return (short) number;
        if (!typed && kind == Byte.class && number == (byte) number) return (byte) number;
        if (number == (int) number) return (int) number;
        if (typed) throw new Fault(number + " for an int");
        return number;
    }

    private Object integer(BigInteger number, Class<?> kind) {
        if (boxed(kind) == Double.class) return number.doubleValue();
        return number;
    }

    private Object real(double number, Class<?> target) {
        Class<?> kind = boxed(target);
        if (!typed && kind == Float.class) return (float) number;
        if (!typed && kind == BigDecimal.class) return BigDecimal.valueOf(number);
        return number;
    }

    private Object character(String text, Class<?> kind) {
        if (!typed && boxed(kind) == Character.class && text.length() == 1) return text.charAt(0);
        return text;
    }

    private Object list(char tag, Type target, Class<?> kind, int depth) {
        int count = count(tag == 'l' || tag == 't' ? 1 : 8);
        if (kind.isArray()) return array(tag, count, element(target, kind), depth);
        if (kind == Optional.class && !typed) throw new Fault("a list for " + target.getTypeName());
        Collection<Object> made = collection(kind, ArrayList::new, LinkedHashSet::new);
        for (; count > 0; count--) made.add(item(tag, argument(target, 0), depth));
        return made;
    }

    private Object item(char tag, Type type, int depth) {
        if (tag == 'q') return number(data.getLong(), raw(type));
        if (tag == 'D') return real(data.getDouble(), raw(type));
        return get(type, depth + 1);
    }

    private Object array(char tag, int count, Type element, int depth) {
        Object made = Array.newInstance(raw(element), count);
        Type wide = typed ? widened(raw(element), element) : element;
        for (int index = 0; index < count; index++) Array.set(made, index, narrow(item(tag, wide, depth), raw(element)));
        return made;
    }

    /** What the elements of an array cross as. */
    private static Type widened(Class<?> kind, Type element) {
        if (kind == char.class || kind == short.class || kind == byte.class) return int.class;
        return kind == float.class ? double.class : element;
    }

    /** The elements of arrays of small kinds cross as integers. */
    private static Object narrow(Object item, Class<?> element) {
        if (element == char.class && item instanceof Integer code) return (char) (int) code;
        if (element == short.class && item instanceof Integer number) return number.shortValue();
        if (element == byte.class && item instanceof Integer number) return number.byteValue();
        if (element == float.class && item instanceof Double number) return number.floatValue();
        return item;
    }

    private Object map(Type target, Class<?> kind, int depth) {
        if (Objects.ofProgram(kind)) return object(kind, depth);
        Map<Object, Object> made = mapping(kind);
        for (int count = count(2); count > 0; count--) {
            made.put(key(argument(target, 0), depth), get(argument(target, 1), depth + 1));
        }
        return made;
    }

    /** A key; JSON has texts only. */
    private Object key(Type type, int depth) {
        Class<?> kind = raw(type);
        Object found = get(kind == Integer.class || kind == Long.class ? Object.class : type, depth + 1);
        if (kind == Integer.class && found instanceof String text) return Integer.valueOf(text);
        if (kind == Long.class && found instanceof String text) return Long.valueOf(text);
        return found;
    }

    private Object object(Class<?> kind, int depth) {
        if (!Objects.ofProgram(kind)) throw new Fault("an object for " + kind.getName());
        Map<String, Object> values = new LinkedHashMap<>();
        var fields = Objects.of(kind);
        int count = count(2);
        if (count != fields.size()) throw new Fault("fields that " + kind.getName() + " has not");
        for (var field : fields) values.put((String) get(String.class, depth + 1), get(field.getGenericType(), depth + 1));
        return Objects.make(kind, values);
    }

    /** A value after the name of its kind. */
    private Object named(Type target, Class<?> kind, int depth) {
        if (count(1) != 2) throw new Fault("no kind of a value");
        String name = (String) get(String.class, depth);
        switch (name) {
            case "Long": return wide((char) data.get());
            case "Short": return ((Integer) get(int.class, depth)).shortValue();
            case "Byte": return ((Integer) get(int.class, depth)).byteValue();
            case "Character": return (char) (int) (Integer) get(int.class, depth);
            case "Float": return ((Double) get(double.class, depth)).floatValue();
            case "BigInteger": return get(BigInteger.class, depth);
            case "BigDecimal": return new BigDecimal((String) get(String.class, depth));
            case "Enum": return constant(kind, (String) get(String.class, depth));
            case "text": return chars(held(Integer.class, depth));
            case "Entry": return entry(target, depth);
            case "Map": return pairs(mapping(kind), target, depth);
            case "SortedMap": return pairs(mapping(kind.isAssignableFrom(TreeMap.class) ? TreeMap.class : kind), target, depth);
            case "Set": return fill(collection(kind, LinkedHashSet::new), target, depth);
            case "SortedSet": return fill(collection(kind, TreeSet::new), target, depth);
            case "Queue": case "Collection": return fill(collection(kind, LinkedList::new, ArrayDeque::new, PriorityQueue::new), target, depth);
            case "Optional": case "OptionalInt": case "OptionalLong": case "OptionalDouble": return optional(name, target, depth);
            default: return named(name, target, kind, depth);
        }
    }

    private long wide(char tag) {
        if (tag != 'i') throw new Fault("no long");
        return data.getLong();
    }

    /** An array, whose type the target says, or its name. */
    private Object named(String name, Type target, Class<?> kind, int depth) {
        if (!name.endsWith("[]")) throw new Fault("unknown kind of value");
        return get(kind.isArray() ? target : arrayNamed(name, 0), depth);
    }

    private static Class<?> arrayNamed(String name, int depth) {
        String inner = name.substring(0, name.length() - 2);
        Class<?> element = inner.endsWith("[]") && depth < 20 ? arrayNamed(inner, depth + 1) : KINDS.get(inner);
        if (element == null) throw new Fault("an array of an unknown kind");
        return element.arrayType();
    }

    private static Object constant(Class<?> kind, String name) {
        for (Object each : kind.isEnum() ? kind.getEnumConstants() : new Object[0]) {
            if (((Enum<?>) each).name().equals(name)) return each;
        }
        throw new Fault("no constant of " + kind.getName());
    }

    private static String chars(List<Object> codes) {
        StringBuilder made = new StringBuilder();
        for (Object code : codes) made.append((char) (int) (Integer) code);
        return made.toString().intern();
    }

    private List<Object> held(Type element, int depth) {
        if (data.get() != 'l') throw new Fault("no list");
        List<Object> found = new ArrayList<>();
        for (int count = count(1); count > 0; count--) found.add(get(element, depth + 1));
        return found;
    }

    private Object fill(Collection<Object> made, Type target, int depth) {
        made.addAll(held(argument(target, 0), depth));
        return made;
    }

    private Object pairs(Map<Object, Object> made, Type target, int depth) {
        if (data.get() != 'l') throw new Fault("no pairs");
        for (int count = count(1); count > 0; count--) {
            if (data.get() != 'l' || count(1) != 2) throw new Fault("no pair");
            made.put(get(argument(target, 0), depth + 1), get(argument(target, 1), depth + 1));
        }
        return made;
    }

    private Object entry(Type target, int depth) {
        if (data.get() != 'l' || count(1) != 2) throw new Fault("no pair");
        return new AbstractMap.SimpleEntry<>(get(argument(target, 0), depth + 1), get(argument(target, 1), depth + 1));
    }

    private Object optional(String name, Type target, int depth) {
        Type element = switch (name) {
            case "OptionalInt" -> Integer.class;
            case "OptionalLong" -> Long.class;
            case "OptionalDouble" -> Double.class;
            default -> argument(target, 0);
        };
        List<Object> held = held(element, depth);
        Object value = held.isEmpty() ? null : held.get(0);
        return switch (name) {
            case "OptionalInt" -> value == null ? OptionalInt.empty() : OptionalInt.of((Integer) value);
            case "OptionalLong" -> value == null ? OptionalLong.empty() : OptionalLong.of((Long) value);
            case "OptionalDouble" -> value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
            default -> Optional.ofNullable(value);
        };
    }

    /** The first of some collections that is of a kind, or a new one of exactly that kind. */
    @SafeVarargs
    private static Collection<Object> collection(Class<?> kind, Supplier<Collection<Object>>... makers) {
        for (Supplier<Collection<Object>> maker : makers) {
            if (kind.isInstance(maker.get())) return maker.get();
        }
        for (Supplier<Collection<Object>> maker : List.<Supplier<Collection<Object>>>of(TreeSet::new, LinkedList::new)) {
            if (kind.isInstance(maker.get())) return maker.get();
        }
        return Reader.<Collection<Object>>make(kind, Collection.class);
    }

    private static Map<Object, Object> mapping(Class<?> kind) {
        if (kind.isAssignableFrom(LinkedHashMap.class)) return new LinkedHashMap<>();
        return kind.isAssignableFrom(TreeMap.class) ? new TreeMap<>() : Reader.<Map<Object, Object>>make(kind, Map.class);
    }

    @SuppressWarnings("unchecked")
    private static <T> T make(Class<?> kind, Class<?> wanted) {
        try {
            if (wanted.isAssignableFrom(kind)) return (T) kind.getConstructor().newInstance();
        } catch (ReflectiveOperationException error) {
            throw new Fault("no " + kind.getName() + ": " + error);
        }
        throw new Fault("a " + wanted.getSimpleName() + " for " + kind.getName());
    }

    private static Type argument(Type target, int index) {
        if (!(target instanceof ParameterizedType generic)) return Object.class;
        return index < generic.getActualTypeArguments().length ? generic.getActualTypeArguments()[index] : Object.class;
    }

    private static Type element(Type target, Class<?> kind) {
        return target instanceof GenericArrayType generic ? generic.getGenericComponentType() : kind.getComponentType();
    }

    static Class<?> raw(Type type) {
        if (type instanceof Class<?> kind) return kind;
        if (type instanceof ParameterizedType generic) return raw(generic.getRawType());
        if (type instanceof GenericArrayType generic) return raw(generic.getGenericComponentType()).arrayType();
        return type instanceof WildcardType wildcard ? raw(wildcard.getUpperBounds()[0]) : Object.class;
    }

    static Class<?> boxed(Class<?> kind) {
        return kind.isPrimitive() && kind != void.class ? Array.get(Array.newInstance(kind, 1), 0).getClass() : kind;
    }
}

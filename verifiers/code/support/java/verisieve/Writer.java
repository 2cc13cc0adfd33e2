package verisieve;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Writes values in the format of harness/encode.py.
 *
 * <p>Between two Java programs (`typed`) a value that is no null, Boolean, Integer, Double, String, List or object of a
 * class of the program is a tuple of its kind's name and itself. For a Python tester all is as plain as JSON.
 */
final class Writer {
    private static final int MAX_DEPTH = 140; // nested containers: Python, which reads all that crosses, takes 150
    private static final int MAX_ITEMS = 2_000_000;

    /** Values that cross as a tuple. */
    record Tuple(Object... parts) {}

    private final boolean typed;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private int items;

    private Writer(boolean typed) {
        this.typed = typed;
    }

    static byte[] encode(Object value, boolean typed) {
        try {
            Writer to = new Writer(typed);
            to.put(value, 0);
            return to.bytes.toByteArray();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private void put(Object value, int depth) throws IOException {
        if (value == null) out.writeByte('N');
        else if (value instanceof Boolean truth) out.writeByte(truth ? 'T' : 'F');
        else if (value instanceof Integer number) integer(number);
        else if (value instanceof Double number) real(number);
        else if (value instanceof String text) text(text, depth);
        else if (value instanceof List<?> list) list('l', list, depth);
        else if (value instanceof Tuple tuple) list('t', Arrays.asList(tuple.parts), depth);
        else if (typed) named(value, depth);
        else plain(value, depth);
    }

    private void integer(long number) throws IOException {
        out.writeByte('i');
        out.writeLong(number);
    }

    private void real(double number) throws IOException {
        out.writeByte('f');
        out.writeDouble(number);
    }

    private void big(BigInteger number) throws IOException {
        byte[] data = number.toByteArray();
        out.writeByte('I');
        out.writeInt(data.length);
        out.write(data);
    }

    private void text(String text, int depth) throws IOException {
        if (typed && !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            put(new Tuple("text", text.chars().boxed().toList()), depth); // half a pair of surrogates
            return;
        }
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        out.writeByte('s');
        out.writeInt(data.length);
        out.write(data);
    }

    private void head(char tag, int count, int depth) throws IOException {
        items += count;
        if (items > MAX_ITEMS || depth > MAX_DEPTH || out.size() >= Frames.MAX) {
            throw new Fault("a value is too large or too deep to cross");
        }
        out.writeByte(tag);
        out.writeInt(count);
    }

    private void list(char tag, Collection<?> list, int depth) throws IOException {
        Object[] held = list.toArray(); // at once, since a foreign collection may change its mind about its size
        head(tag, held.length, depth);
        for (Object item : held) put(item, depth + 1);
    }

    private void object(Map<?, ?> fields, int depth) throws IOException {
        List<Map.Entry<?, ?>> held = new ArrayList<>(fields.entrySet());
        head('m', held.size(), depth);
        for (Map.Entry<?, ?> field : held) {
            put(field.getKey(), depth + 1);
            put(field.getValue(), depth + 1);
        }
    }

    private void named(Object value, int depth) throws IOException {
        if (value instanceof Changes changes) object(changes.values(), depth);
        else if (value instanceof BigInteger number) {
            head('t', 2, depth);
            text("BigInteger", depth);
            big(number);
        } else if (value instanceof Long number) {
            head('t', 2, depth);
            text("Long", depth);
            integer(number);
        } else if (Objects.ofProgram(value.getClass()) && !(value instanceof Enum)) object(Objects.fields(value), depth);
        else put(new Tuple(kind(value), content(value)), depth);
    }

    private static String kind(Object value) {
        if (value.getClass().isArray()) return value.getClass().getComponentType().getSimpleName() + "[]";
        if (value instanceof SortedMap) return "SortedMap";
        if (value instanceof Map) return "Map";
        if (value instanceof SortedSet) return "SortedSet";
        if (value instanceof Set) return "Set";
        if (value instanceof Queue) return "Queue";
        if (value instanceof Collection) return "Collection";
        if (value instanceof Map.Entry) return "Entry";
        if (value instanceof Enum) return "Enum";
        return value.getClass().getSimpleName();
    }

    /** What stands for a value of a kind, of values that need no kind. */
    private static Object content(Object value) {
        if (value instanceof Short || value instanceof Byte) return ((Number) value).intValue();
        if (value instanceof Float number) return number.doubleValue();
        if (value instanceof Character character) return (int) character;
        if (value instanceof BigDecimal number) return number.toString();
        if (value instanceof Enum<?> constant) return constant.name();
        if (value instanceof Map.Entry<?, ?> entry) return Arrays.asList(entry.getKey(), entry.getValue());
        if (value instanceof Map<?, ?> map) return map.entrySet().stream().map(Writer::pair).toList();
        if (value instanceof Collection<?> collection) return new ArrayList<>(collection);
        if (value.getClass().isArray()) return elements(value);
        return optional(value);
    }

    private static List<Object> pair(Map.Entry<?, ?> entry) {
        return Arrays.asList(entry.getKey(), entry.getValue());
    }

    /** The elements of an array; primitives of small kinds as wider ones, since the array's type says what they are. */
    private static List<Object> elements(Object array) {
        List<Object> found = boxed(array);
        Class<?> kind = array.getClass().getComponentType();
        boolean small = kind == char.class || kind == short.class || kind == byte.class || kind == float.class;
        if (small) found.replaceAll(Writer::content);
        return found;
    }

    private static List<?> optional(Object value) {
        if (value instanceof Optional<?> held) return held.stream().toList();
        if (value instanceof OptionalInt held) return held.stream().boxed().toList();
        if (value instanceof OptionalLong held) return held.stream().boxed().toList();
        if (value instanceof OptionalDouble held) return held.stream().boxed().toList();
        throw new Fault("a value of type " + value.getClass().getName() + " cannot cross");
    }

    private void plain(Object value, int depth) throws IOException {
        if (value instanceof Changes changes) object(changes.values(), depth);
        else if (value instanceof Long || value instanceof Short || value instanceof Byte) integer(((Number) value).longValue());
        else if (value instanceof Float number) real(Double.parseDouble(number.toString())); // 0.1f is 0.1 to JSON
        else if (value instanceof BigDecimal number) real(number.doubleValue());
        else if (value instanceof BigInteger number) big(number);
        else if (value instanceof Character || value instanceof Enum) text(value.toString(), depth);
        else if (value instanceof Map<?, ?> map) object(map, depth);
        else if (value instanceof Collection<?> collection) list('l', collection, depth);
        else if (value.getClass().isArray()) put(boxed(value), depth);
        else if (value instanceof Map.Entry) put(content(value), depth);
        else if (Objects.ofProgram(value.getClass())) object(Objects.fields(value), depth);
        else put(optional(value).isEmpty() ? null : optional(value).get(0), depth);
    }

    private static List<Object> boxed(Object array) {
        List<Object> found = new ArrayList<>();
        for (int index = 0; index < Array.getLength(array); index++) found.add(Array.get(array, index));
        return found;
    }

    /** Changed arguments by their places. */
    record Changes(LinkedHashMap<Integer, Object> values) {}
}

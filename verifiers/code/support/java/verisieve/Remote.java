package verisieve;

import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stands for the candidate's method in the tester's box.
 *
 * <p>What it sends and gets passes through harness/relay.py, which keeps account of it.
 */
public final class Remote {
    private static final int LOST = 70; // exit code of tests that can no longer be judged
    private static final Map<Object, Integer> INSTANCES = new IdentityHashMap<>();
    private static final boolean WATCH = Boolean.getBoolean("verisieve.watch");
    private static Frames frames;

    private Remote() {}

    /** Calls the method of the candidate of the same name, and returns or throws what that did. */
    @SuppressWarnings("unchecked")
    public static synchronized <T> T call(Method method, Object self, Object[] arguments) {
        Object[] answer = exchange(method, self, arguments);
        if (answer[0] != null) Remote.<RuntimeException>raise((Throwable) answer[0]);
        return (T) answer[1];
    }

    /** What the candidate threw, or what it returned. */
    private static Object[] exchange(Method method, Object self, Object[] arguments) {
        try {
            if (frames == null) frames = new Frames();
            Writer.Tuple given = new Writer.Tuple(arguments);
            Writer.Changes none = new Writer.Changes(new java.util.LinkedHashMap<>());
            frames.send('C', encode(new Writer.Tuple(name(method, self), given, none, WATCH)));
            Frames.Frame answer = frames.receive();
            if (answer.kind() == 'X') return new Object[] {Problems.rebuild(new Reader(answer.payload(), false)), null};
            return new Object[] {null, read(answer, method, arguments)};
        } catch (Fault fault) {
            return give('E', fault);
        } catch (IOException | ReflectiveOperationException hungUp) {
            Runtime.getRuntime().halt(LOST);
            return null;
        }
    }

    /** Each object of the tests has one of the candidate's for itself. */
    private static String name(Method method, Object self) {
        int number = self == null ? 0 : INSTANCES.computeIfAbsent(self, any -> INSTANCES.size());
        return number == 0 ? method.getName() : method.getName() + "@" + number;
    }

    private static byte[] encode(Object message) {
        try {
            return Writer.encode(message, true);
        } catch (Fault fault) {
            return give('B', fault);
        }
    }

    private static Object read(Frames.Frame answer, Method method, Object[] arguments) {
        Reader from = new Reader(answer.payload(), true);
        boolean nothing = method.getReturnType() == void.class;
        boolean changes = answer.kind() == 'M';
        if (changes && !WATCH && !nothing) throw new Fault("changes that nobody asked for");
        if (changes && (from.tuple() != 3 || from.value(Object.class) != null)) throw new Fault("malformed changes");
        Object result = from.value(nothing ? Object.class : method.getGenericReturnType());
        if (nothing && result != null) throw new Fault("a value of a method that returns none");
        for (int count = changes ? from.changes() : 0; count > 0; count--) overwrite(from, method, arguments);
        from.end();
        return result;
    }

    private static void overwrite(Reader from, Method method, Object[] arguments) {
        int place = from.place();
        if (place < 0 || place >= arguments.length) throw new Fault("changes of no argument");
        replace(arguments[place], from.value(method.getGenericParameterTypes()[place]));
    }

    /** Puts what the call made of an argument into the caller's own; what did not change is let be. */
    @SuppressWarnings("unchecked")
    private static void replace(Object old, Object changed) {
        if (old == null || changed == null) throw new Fault("changes of no argument");
        if (old.equals(changed)) return;
        if (old instanceof List<?> list && list.size() == ((Collection<?>) changed).size()) {
            for (int index = 0; index < list.size(); index++) ((List<Object>) list).set(index, ((List<?>) changed).get(index));
        } else if (old instanceof Collection<?> collection) {
            collection.clear();
            ((Collection<Object>) collection).addAll((Collection<?>) changed);
        } else if (old instanceof Map<?, ?> map) {
            map.clear();
            ((Map<Object, Object>) map).putAll((Map<?, ?>) changed);
        } else if (old.getClass().isArray()) {
            int size = java.lang.reflect.Array.getLength(old);
            if (java.lang.reflect.Array.getLength(changed) != size) throw new Fault("an array of another length");
            System.arraycopy(changed, 0, old, 0, size);
        } else Objects.copy(changed, old);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable error) throws E {
        throw (E) error;
    }

    /** Ends the tests: an answer is not of the declared type, or an argument cannot cross. */
    private static <T> T give(char kind, Fault why) {
        try {
            frames.send(kind, Writer.encode(String.valueOf(why.getMessage()), false));
        } catch (IOException hungUp) {
            // it is over either way
        }
        Runtime.getRuntime().halt(LOST);
        return null;
    }
}

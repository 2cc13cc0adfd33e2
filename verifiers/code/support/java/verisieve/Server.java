package verisieve;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers calls of one method of the solution, one at a time.
 *
 * <p>It runs in the candidate's box and holds no tests; its word about itself counts for nothing.
 */
final class Server {
    private final boolean typed;
    private final String entry;
    private final Class<?> home;
    private final Map<String, Object> instances = new LinkedHashMap<>();

    private Server(String mode, String entry, List<String> classes) throws ReflectiveOperationException {
        this.typed = mode.equals("typed");
        this.entry = entry;
        this.home = find(classes, entry);
    }

    private static Class<?> find(List<String> classes, String entry) throws ClassNotFoundException {
        for (String name : classes) {
            Class<?> kind = Class.forName(name, false, Server.class.getClassLoader());
            for (Method method : kind.getDeclaredMethods()) {
                if (method.getName().equals(entry)) return kind;
            }
        }
        throw new Fault("no method " + entry);
    }

    /** Serves; in the mode `find` it only fails where no class has the method. */
    public static void main(String[] arguments) throws Exception {
        Server server = new Server(arguments[0], arguments[1], List.of(arguments).subList(2, arguments.length));
        if (arguments[0].equals("find")) return;
        Frames frames = new Frames();
        int code = 0;
        try {
            while (code == 0) code = server.serve(frames);
        } catch (IOException hungUp) {
            code = 3;
        }
        Runtime.getRuntime().halt(code); // at once: neither threads nor hooks of the solution matter any more
    }

    /** Answers one message; the exit code that the tester takes leave with, or 0. */
    private int serve(Frames frames) throws IOException {
        Frames.Frame frame = frames.receive();
        if (frame.kind() == 'Q') {
            int code = (int) new Reader(frame.payload(), typed).value(int.class);
            frames.send('Q', new byte[0]);
            return code;
        }
        Frames.Frame answer;
        try {
            answer = call(new Reader(frame.payload(), typed), frame.payload());
        } catch (InvocationTargetException error) {
            answer = new Frames.Frame('X', Problems.describe(error.getCause()));
        } catch (ReflectiveOperationException | Fault error) {
            answer = new Frames.Frame('X', Problems.describe(error));
        }
        frames.send(answer.kind(), answer.payload());
        return 0;
    }

    private Frames.Frame call(Reader from, byte[] payload) throws ReflectiveOperationException {
        from.tuple();
        String name = (String) from.value(String.class);
        int count = from.tuple();
        Fault problem = new Fault("no method " + entry + " with " + count + " parameters");
        for (Method method : home.getDeclaredMethods()) {
            if (!method.getName().equals(entry) || method.isSynthetic()) continue;
            if (method.getParameterCount() != count && !method.isVarArgs()) continue;
            Arguments given;
            try {
                given = Arguments.read(new Reader(payload, typed), method, count);
            } catch (Fault fault) {
                problem = new Fault(method + ": " + fault.getMessage());
                continue;
            }
            return answer(invoke(method, name, given), method, given);
        }
        throw problem;
    }

    private Object invoke(Method method, String name, Arguments given) throws ReflectiveOperationException {
        method.setAccessible(true);
        if (Modifier.isStatic(method.getModifiers())) return method.invoke(null, given.values());
        if (!instances.containsKey(name)) {
            var maker = home.getDeclaredConstructor();
            maker.setAccessible(true);
            instances.put(name, maker.newInstance());
        }
        return method.invoke(instances.get(name), given.values());
    }

    /** The answer, with the arguments that the call may have changed where that is asked or all there is. */
    private Frames.Frame answer(Object result, Method method, Arguments given) {
        boolean nothing = method.getReturnType() == void.class;
        if (!given.watch() && !nothing) return new Frames.Frame('R', Writer.encode(result, typed));
        LinkedHashMap<Integer, Object> mutable = new LinkedHashMap<>();
        for (int index = 0; index < given.values().length; index++) {
            Object value = given.values()[index];
            if (value != null && changes(value)) mutable.put(index, value);
        }
        return new Frames.Frame('M', Writer.encode(new Writer.Tuple(null, result, new Writer.Changes(mutable)), typed));
    }

    private static boolean changes(Object value) {
        return value instanceof Collection || value instanceof Map || value.getClass().isArray()
            || Objects.ofProgram(value.getClass()) && !value.getClass().isRecord() && !(value instanceof Enum);
    }

    /** What one call gives. */
    private record Arguments(Object[] values, boolean watch) {
        static Arguments read(Reader from, Method method, int count) {
            from.tuple();
            from.value(String.class);
            from.tuple();
            var types = method.getGenericParameterTypes();
            List<Object> found = new ArrayList<>();
            boolean spread = method.isVarArgs() && count != types.length;
            int fixed = spread ? types.length - 1 : types.length;
            if (count < fixed) throw new Fault("too few arguments");
            for (int index = 0; index < fixed; index++) found.add(from.value(types[index]));
            if (spread) found.add(rest(from, Reader.raw(types[fixed]).getComponentType(), count - fixed));
            if (from.changes() > 0) throw new Fault("Java has no arguments by name");
            return new Arguments(found.toArray(), Boolean.TRUE.equals(from.value(Object.class)));
        }

        private static Object rest(Reader from, Class<?> element, int count) {
            Object array = java.lang.reflect.Array.newInstance(element, count);
            for (int index = 0; index < count; index++) java.lang.reflect.Array.set(array, index, from.value(element));
            return array;
        }
    }
}

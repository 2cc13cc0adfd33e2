package verisieve;

import java.util.List;
import java.util.Map;

/** Exceptions as plain data, in the order of harness/export.py: describe. */
final class Problems {
    private static final int MESSAGE = 2000; // characters that cross

    private Problems() {}

    static byte[] describe(Throwable error) {
        String message = String.valueOf(error.getMessage());
        message = message.substring(0, Math.min(MESSAGE, message.length()));
        String name = error instanceof OutOfMemoryError ? "MemoryError" : error.getClass().getName();
        List<String> nothing = List.of();
        Writer.Tuple given = new Writer.Tuple(message);
        Writer.Changes attributes = new Writer.Changes(new java.util.LinkedHashMap<>());
        return Writer.encode(new Writer.Tuple(name, nothing, nothing, message, given, attributes, place(error)), false);
    }

    /** Where in the solution it was raised; empty where unknown. */
    private static String place(Throwable error) {
        for (StackTraceElement frame : error.getStackTrace()) {
            boolean ours = frame.getClassName().startsWith("verisieve.");
            boolean library = frame.getModuleName() != null;
            if (!ours && !library) return "line " + frame.getLineNumber() + ", in " + frame.getMethodName();
        }
        return "";
    }

    /** An exception of the same class where that is one of the library or of the declaration, else a RuntimeException. */
    static Throwable rebuild(Reader from) {
        if (from.tuple() != 7) throw new Fault("a malformed exception");
        String name = (String) from.value(String.class);
        from.value(Object.class);
        from.value(Object.class);
        String message = (String) from.value(String.class);
        from.value(Object.class);
        from.value(Map.class);
        from.value(String.class);
        from.end();
        try {
            Class<?> kind = Class.forName(name, false, Problems.class.getClassLoader());
            if (Throwable.class.isAssignableFrom(kind)) return make(kind, message);
        } catch (ReflectiveOperationException | LinkageError error) {
            return new RuntimeException(name + ": " + message);
        }
        return new RuntimeException(name + ": " + message);
    }

    private static Throwable make(Class<?> kind, String message) throws ReflectiveOperationException {
        try {
            return (Throwable) kind.getDeclaredConstructor(String.class).newInstance(message);
        } catch (NoSuchMethodException error) {
            return (Throwable) kind.getDeclaredConstructor().newInstance();
        }
    }
}

package verisieve;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Objects of a program's own classes and records, which cross as their fields. */
final class Objects {
    private Objects() {}

    static boolean ofProgram(Class<?> kind) {
        return kind.getClassLoader() == Objects.class.getClassLoader() && !kind.isSynthetic() && !kind.isHidden();
    }

    static Map<String, Object> fields(Object value) {
        Map<String, Object> found = new LinkedHashMap<>();
        try {
            for (Field field : of(value.getClass())) found.put(field.getName(), field.get(value));
        } catch (IllegalAccessException error) {
            throw new Fault(error.getMessage());
        }
        return found;
    }

    static void copy(Object from, Object to) {
        try {
            for (Field field : of(to.getClass())) field.set(to, field.get(from));
        } catch (IllegalAccessException | IllegalArgumentException error) {
            throw new Fault("changes of " + to.getClass().getName() + ": " + error);
        }
    }

    static List<Field> of(Class<?> kind) {
        List<Field> found = new ArrayList<>();
        for (Class<?> each = kind; each != null && ofProgram(each); each = each.getSuperclass()) {
            for (Field field : each.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic()) continue;
                field.setAccessible(true);
                found.add(field);
            }
        }
        return found;
    }

    /** A new object with given fields: by the constructor of a record, or by the one without parameters. */
    static Object make(Class<?> kind, Map<String, Object> values) {
        List<Field> fields = of(kind);
        if (!fields.stream().map(Field::getName).toList().equals(List.copyOf(values.keySet()))) {
            throw new Fault("fields that " + kind.getName() + " has not");
        }
        try {
            if (kind.isRecord()) {
                Class<?>[] types = fields.stream().map(Field::getType).toArray(Class<?>[]::new);
                return open(kind.getDeclaredConstructor(types)).newInstance(values.values().toArray());
            }
            Object made = blank(kind);
            for (Field field : fields) field.set(made, values.get(field.getName()));
            return made;
        } catch (ReflectiveOperationException | IllegalArgumentException error) {
            throw new Fault("no " + kind.getName() + ": " + error);
        }
    }

    /** An object from the smallest constructor, whose arguments its fields then replace. */
    private static Object blank(Class<?> kind) throws ReflectiveOperationException {
        Constructor<?> smallest = null;
        for (Constructor<?> each : kind.getDeclaredConstructors()) {
            if (smallest == null || each.getParameterCount() < smallest.getParameterCount()) smallest = each;
        }
        if (smallest == null) throw new Fault("no constructor of " + kind.getName());
        Object[] nothing = new Object[smallest.getParameterCount()];
        for (int index = 0; index < nothing.length; index++) nothing[index] = zero(smallest.getParameterTypes()[index]);
        return open(smallest).newInstance(nothing);
    }

    private static Object zero(Class<?> kind) {
        return kind.isPrimitive() ? java.lang.reflect.Array.get(java.lang.reflect.Array.newInstance(kind, 1), 0) : null;
    }

    private static Constructor<?> open(Constructor<?> constructor) {
        constructor.setAccessible(true);
        return constructor;
    }
}

package io.reactivemqtt.session.crash;

import io.reactivemqtt.ApplicationMessage;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether two worlds are the same, by all that can be reached from them, field by field: so no part of a Session's memory
 * is left out, whatever is added to it. 128 bits, so that no two different ones are ever taken for the same.
 */
final class Fingerprint {

    /** What two worlds have in common if they are the same. */
    record Print(long high, long low) {}

    private final Map<Object, Integer> values = new HashMap<>();

    /** Messages are compared often, and are mostly the same objects. */
    private final IdentityHashMap<ApplicationMessage, Integer> messages = new IdentityHashMap<>();

    private final IdentityHashMap<Object, Integer> seen = new IdentityHashMap<>();

    /**
     * Which process accepted a message shows in its sequence, and nothing depends on that: sequences are compared with each
     * other, and a process reserves more than it uses here.
     */
    private final Ranks sequences = new Ranks();

    /** Connections are counted only to tell one from another. */
    private final Ranks connections = new Ranks();

    private long high;
    private long low;

    Print of(World world) {
        seen.clear();
        sequences.clear();
        connections.clear();
        high = 0x9E37_79B9_7F4A_7C15L;
        low = 0xC2B2_AE3D_27D4_EB4FL;
        visit(world);
        visitNumbers(sequences.take());
        visitNumbers(connections.take());
        return new Print(high, low);
    }

    private void mix(long value) {
        high = Long.rotateLeft((high ^ value) * 0xFF51_AFD7_ED55_8CCDL, 31) + low;
        low = Long.rotateLeft((low + value) * 0xC4CE_B9FE_1A85_EC53L, 29) ^ high;
    }

    private void mix(Shape.Kind kind, int detail) {
        mix(kind.mark + 16L * detail);
    }

    private void visit(@Nullable Object object) {
        if (object == null) {
            mix(0);
            return;
        }
        Shape shape = Shape.of(object.getClass());
        switch (shape.kind()) {
            case VALUE -> mix(Shape.Kind.VALUE, number(object));
            case OBJECT -> {
                Integer before = seen.get(object);
                if (before != null) {
                    mix(Shape.Kind.VALUE, -1 - before);
                } else {
                    seen.put(object, seen.size());
                    visitParts(shape, object);
                }
            }
            case PARTS -> visitParts(shape, object);
            case COLLECTION -> {
                Collection<?> collection = (Collection<?>) object;
                mix(Shape.Kind.COLLECTION, collection.size());
                if (!collection.isEmpty()) {
                    collection.forEach(this::visit);
                }
            }
            case MAP -> {
                Map<?, ?> map = (Map<?, ?>) object;
                mix(Shape.Kind.MAP, map.size());
                map.forEach((key, value) -> {
                    visit(key);
                    visit(value);
                });
            }
            case OBJECTS -> visitObjects((@Nullable Object[]) object);
            case INTS -> {
                for (int value : (int[]) object) {
                    mix(value);
                }
            }
            case LONGS -> visitNumbers((long[]) object);
            case BITS -> visitNumbers(((BitSet) object).toLongArray());
            case BOOLEANS -> {
                for (boolean value : (boolean[]) object) {
                    mix(value ? 1 : 0);
                }
            }
        }
    }

    private int number(Object value) {
        if (value instanceof ApplicationMessage message) {
            Integer same = messages.get(message);
            if (same == null) {
                same = values.computeIfAbsent(message, unknown -> values.size());
                messages.put(message, same);
            }
            return same;
        }
        Integer equal = values.get(value);
        if (equal == null) {
            equal = values.size();
            values.put(value, equal);
        }
        return equal;
    }

    private void visitObjects(@Nullable Object[] objects) {
        for (int i = 0; i < objects.length; i++) {
            if (objects[i] != null) {
                mix(i);
                visit(objects[i]);
            }
        }
        mix(Shape.Kind.OBJECTS, 0);
    }

    private void visitNumbers(long[] numbers) {
        for (long number : numbers) {
            mix(number);
        }
    }

    private void visitParts(Shape shape, Object object) {
        mix(shape.kind(), number(object.getClass().getName()));
        try {
            for (Shape.Part part : shape.parts()) {
                switch (part.kind()) {
                    case SEQUENCE -> sequences.add(part.field().getLong(object));
                    case CONNECTION -> connections.add(part.field().getInt(object));
                    case INT -> mix(part.field().getInt(object));
                    case LONG -> mix(part.field().getLong(object));
                    case BOOLEAN -> mix(part.field().getBoolean(object) ? 1 : 0);
                    case REFERENCE -> visit(part.field().get(object));
                }
            }
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package io.reactivemqtt.session.crash;

import io.reactivemqtt.ApplicationMessage;
import io.reactivemqtt.TopicName;
import io.reactivemqtt.TopicSubscription;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.client.ConnectSettings;
import io.reactivemqtt.client.SessionOptions;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How a {@link Fingerprint} looks at the objects of a class. */
record Shape(Kind kind, List<Part> parts) {

    enum Kind {
        /** Counts by what it is. */
        VALUE(1),

        /** Counts by which it is, so it is looked at once. */
        OBJECT(2),

        /** Counts by its parts. */
        PARTS(3),

        COLLECTION(4),
        MAP(5),
        OBJECTS(6),
        INTS(7),
        LONGS(8),
        BOOLEANS(9),
        BITS(10);

        /** Tells it from the others in a fingerprint; below 16. */
        final long mark;

        Kind(long mark) {
            this.mark = mark;
        }
    }

    enum PartKind {
        /** The number of a message, which orders messages. */
        SEQUENCE,

        /** The number of a connection, which orders connections. */
        CONNECTION,

        INT,
        LONG,
        BOOLEAN,
        REFERENCE;

        private static final Set<String> SEQUENCES =
                Set.of("sequence", "lastSequence", "reservedSequences", "lastRecovered", "upTo", "acceptedBefore");
        private static final Set<String> CONNECTIONS = Set.of("number", "connectionNumber", "connections");

        static PartKind of(Field field) {
            Class<?> type = field.getType();
            if (type == long.class) {
                return SEQUENCES.contains(field.getName()) ? SEQUENCE : LONG;
            } else if (type == int.class || type == char.class || type == byte.class) {
                return CONNECTIONS.contains(field.getName()) ? CONNECTION : INT;
            } else if (type == boolean.class) {
                return BOOLEAN;
            } else if (type.isPrimitive()) {
                throw new IllegalStateException("what is " + field + "?");
            }
            return REFERENCE;
        }
    }

    /** What only counts, for others than the session: nothing that it does depends on it. */
    private static final Set<String> COUNTERS = Set.of("arrival", "arrivals");

    private static final Set<Class<?>> VALUES = Set.of(
            TopicName.class,
            ApplicationMessage.class,
            TopicSubscription.class,
            String.class,
            Integer.class,
            Long.class,
            URI.class);

    record Part(Field field, PartKind kind) {}

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            Kind kind = kind(type);
            return new Shape(kind, kind == Kind.OBJECT || kind == Kind.PARTS ? parts(type) : List.of());
        }
    };

    static Shape of(Class<?> type) {
        return SHAPES.get(type);
    }

    private static Kind kind(Class<?> type) {
        if (Collection.class.isAssignableFrom(type)) {
            return Kind.COLLECTION;
        } else if (Map.class.isAssignableFrom(type)) {
            return Kind.MAP;
        } else if (type == BitSet.class) {
            return Kind.BITS;
        } else if (type == int[].class) {
            return Kind.INTS;
        } else if (type == long[].class) {
            return Kind.LONGS;
        } else if (type == boolean[].class) {
            return Kind.BOOLEANS;
        } else if (Object[].class.isAssignableFrom(type)) {
            return Kind.OBJECTS;
        } else if (VALUES.contains(type)) {
            return Kind.VALUE;
        } else if (!type.getName().startsWith("io.reactivemqtt.")) {
            throw new IllegalStateException("what makes up a " + type.getName() + "?");
        } else if (type.isRecord()) {
            return isTransparent(type) ? Kind.PARTS : Kind.VALUE;
        }
        return type.isEnum() ? Kind.VALUE : Kind.OBJECT;
    }

    /** Tells whether a record holds what does not count by what it is, or a message, of which there are but a few. */
    private static boolean isTransparent(Class<?> type) {
        return Arrays.stream(type.getDeclaredFields())
                .anyMatch(field -> PartKind.of(field) == PartKind.SEQUENCE
                        || field.getType() == ApplicationMessage.class
                        || isMutablePartOfASession(field.getType()));
    }

    private static boolean isMutablePartOfASession(Class<?> type) {
        return type.getPackageName().equals("io.reactivemqtt.session")
                && !type.isRecord()
                && !type.isEnum()
                && !type.isInterface();
    }

    private static List<Part> parts(Class<?> type) {
        List<Part> parts = new ArrayList<>();
        for (Class<?> owner = type; owner != Object.class && owner != Record.class; owner = owner.getSuperclass()) {
            for (Field field : owner.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && !isTheSameEverywhere(field.getType())
                        && !COUNTERS.contains(field.getName())) {
                    field.setAccessible(true);
                    parts.add(new Part(field, PartKind.of(field)));
                }
            }
        }
        return List.copyOf(parts);
    }

    private static boolean isTheSameEverywhere(Class<?> type) {
        return type == ClientOptions.class
                || type == SessionOptions.class
                || type == ConnectSettings.class
                || type == Scenario.class
                || type == WrongOrder.class
                || type.getPackageName().equals("java.util.function");
    }
}

package io.reactivemqtt.session.crash;

import io.reactivemqtt.session.Session;
import java.lang.reflect.Field;

/**
 * Makes Packet Identifiers come again at once. The client lets them rest, which is no promise of MQTT; nothing may depend on
 * it, and only so do a few messages share one.
 */
final class Identifiers {

    private static final Field OUTGOING = field(Session.class, "outgoing");
    private static final Field LOG = field(OUTGOING.getType(), "log");
    private static final Field IDENTIFIERS = field(LOG.getType(), "identifiers");
    private static final Field LAST = field(IDENTIFIERS.getType(), "last");

    private Identifiers() {}

    static void comeAgainAtOnce(Session session) {
        try {
            LAST.setInt(IDENTIFIERS.get(LOG.get(OUTGOING.get(session))), 0);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Field field(Class<?> owner, String name) {
        try {
            Field field = owner.getDeclaredField(name);
            field.setAccessible(true);
            return field;
        } catch (NoSuchFieldException renamed) {
            throw new IllegalStateException(renamed);
        }
    }
}

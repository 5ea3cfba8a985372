package io.reactivemqtt.engine.state;

import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.packet.Packet;
import io.reactivemqtt.store.SessionChange;
import io.reactivemqtt.store.SessionLog;
import org.jspecify.annotations.Nullable;

/** The way of changes into the store, and what waits until they are durable. Event loop only. */
public interface Journal {

    /** Without a store, or while it is closed: nothing is kept, and nothing waits. */
    Journal NONE = new Journal() {
        @Override
        public @Nullable SessionLog log() {
            return null;
        }

        @Override
        public void add(SessionChange change) {}

        @Override
        public boolean holds(Packet packet) {
            return false;
        }

        @Override
        public boolean isHolding() {
            return false;
        }

        @Override
        public void whenDurable(Waiter waiter) {
            waiter.run();
        }

        @Override
        public void forgetPackets() {}

        @Override
        public boolean commit() {
            return false;
        }

        @Override
        public void commitAll() {}
    };

    /** Returns where changes go, undecorated; null if nowhere. */
    @Nullable
    SessionLog log();

    /** Puts {@code change} behind those before it. */
    void add(SessionChange change);

    /** Holds {@code packet} back if a change before it is not durable; false if it may leave now. */
    boolean holds(Packet packet);

    /** Tells whether {@link #holds} would hold anything back. */
    boolean isHolding();

    /** Runs {@code waiter} once every change before it is durable: now, if that is so. */
    void whenDurable(Waiter waiter);

    /** The connection is gone: what was to be sent on it never is. */
    void forgetPackets();

    /** Appends what has gathered, unless an append is at work or it can wait; true if there was something to do. */
    boolean commit();

    /** Appends what has gathered, also if it could wait longer. */
    void commitAll();
}

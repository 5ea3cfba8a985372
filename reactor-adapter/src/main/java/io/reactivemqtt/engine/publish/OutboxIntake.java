package io.reactivemqtt.engine.publish;

import io.reactivemqtt.engine.loop.UserCode;
import io.reactivemqtt.store.OutboxMessage;
import io.reactivemqtt.store.SessionLog;
import io.reactivemqtt.store.TransactionalLog;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/**
 * Brings messages out of the Session's outbox into the Session, as far as it has room for them. What it takes, and that it has taken it, are
 * one append: so a crash neither loses nor repeats it. Event loop only.
 */
final class OutboxIntake {

    /** So many messages are on their way here at once. */
    private static final int AT_ONCE = 64;

    private final Publishing publishing;

    /** Whose outbox it is; null while there is none. */
    private @Nullable SessionLog log;

    private @Nullable Messages messages;

    OutboxIntake(Publishing publishing) {
        this.publishing = publishing;
    }

    /** Tells whether it takes from {@code present}, which is open, or else null. */
    boolean isOf(@Nullable SessionLog present) {
        return log == present;
    }

    /** From now on takes from {@code present}, if it has an outbox. */
    void follow(@Nullable SessionLog present) {
        if (messages != null) {
            messages.dispose();
            messages = null;
        }
        log = present;
        if (present instanceof TransactionalLog transactional) {
            messages = new Messages();
            Messages subscriber = messages;
            UserCode.run(() -> transactional.outbox().subscribe(subscriber));
        }
    }

    /** Asks for as many as there is {@code room} for. */
    void ask(int room) {
        if (messages != null) {
            messages.askUpTo(Math.min(room, AT_ONCE));
        }
    }

    private void takeNext(Messages from) {
        OutboxMessage message = from.arrived.poll();
        if (from == messages && message != null) {
            from.onTheirWay--;
            publishing.takeFromOutbox(message);
        } // else it comes again from the next log
    }

    /** Those of one log. */
    private final class Messages extends BaseSubscriber<OutboxMessage> {
        private int onTheirWay;

        /** Keeps their order, whatever becomes of that of the tasks. */
        private final Queue<OutboxMessage> arrived = new ConcurrentLinkedQueue<>();

        void askUpTo(int count) {
            int more = count - onTheirWay;
            if (more > 0) {
                onTheirWay = count;
                request(more);
            }
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {} // asks when there is room

        @Override
        protected void hookOnNext(OutboxMessage message) {
            arrived.add(message);
            publishing.execute(() -> takeNext(this));
        }

        @Override
        protected void hookOnError(Throwable thrown) { // which the SPI forbids: the next log has them
            UserCode.dropped(thrown);
        }
    }
}

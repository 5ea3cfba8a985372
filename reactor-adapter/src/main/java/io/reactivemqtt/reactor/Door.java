package io.reactivemqtt.reactor;

import io.reactivemqtt.ClientClosedException;
import io.reactivemqtt.QueueFullException;
import io.reactivemqtt.SessionEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in: every wish, from the start until {@code disconnect()}, and again from the next {@code connect()}. While a disconnect
 * is at work, what follows a new {@code connect()} waits for it, so that the two never meet in one Session. Loop only.
 */
final class Door {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Engine engine;
    private final int longestWait;

    private boolean open = true;
    private boolean connectCalled;
    private boolean watched;
    private @Nullable Departure leaving;

    /** What came behind a {@code connect()} that waits for the disconnect before it. */
    private final ArrayDeque<Wish> afterwards = new ArrayDeque<>(0);

    Door(Engine engine, ClientOptions options) {
        this.engine = engine;
        this.longestWait = options.connect().maximumQueuedMessages();
    }

    /** Tells whether wishes may pass by without {@link #enter}. */
    boolean isOpen() {
        return open && connectCalled;
    }

    /** Lets {@code wish} in, now or when a disconnect is over, or fails it. */
    void enter(String request, Wish wish) {
        if (open) {
            wish.run();
            watch();
        } else if (afterwards.isEmpty()) {
            wish.failed(ClientClosedException.afterwards(request));
        } else if (afterwards.size() > longestWait) {
            wish.failed(new QueueFullException(
                    "too many requests wait for the client to be disconnected, and connected again"));
        } else {
            afterwards.add(wish);
        }
    }

    /** Who waits before the first {@code connect()} may have forgotten it. */
    private void watch() {
        if (!connectCalled && !watched) {
            watched = true;
            engine.schedule(
                    () -> {
                        if (!connectCalled) {
                            engine.tell(new SessionEvent.ConnectNotCalled(PATIENCE));
                        }
                    },
                    PATIENCE.toNanos());
        }
    }

    /** {@code connect()} was called. */
    void connect(Wish wish) {
        connectCalled = true;
        if (leaving == null) {
            open = true;
            wish.run();
        } else {
            afterwards.add(wish);
        }
    }

    /** {@code disconnect()} was called: returns the one that is at work, or begins {@code departure}. */
    void disconnect(Departure departure) {
        open = false;
        connectCalled = true;
        List<Wish> late = List.copyOf(afterwards);
        afterwards.clear();
        late.forEach(wish -> wish.failed(new ClientClosedException("the request")));
        if (leaving == null) {
            leaving = departure;
            departure.begin();
        } else {
            leaving.join(departure);
        }
    }

    /** The departure is over. */
    void left() {
        leaving = null;
        open = !afterwards.isEmpty();
        List<Wish> all = List.copyOf(afterwards);
        afterwards.clear();
        all.forEach(Wish::run);
    }

    /** The disconnect could not be said, and the connection stays. */
    void stays() {
        leaving = null;
        open = true;
    }

    /** Something may have ended that a departure waits for. */
    void lookAtDeparture() {
        if (leaving != null) {
            leaving.lookSoon();
        }
    }

    /** The client has failed. */
    void failed() {
        if (leaving != null) {
            leaving.end();
        }
    }
}

package io.reactivemqtt.engine;

import io.reactivemqtt.client.ClientEvent;
import io.reactivemqtt.client.ClientOptions;
import io.reactivemqtt.engine.loop.Admission;
import io.reactivemqtt.engine.loop.Waiter;
import io.reactivemqtt.exception.ClientClosedException;
import io.reactivemqtt.exception.QueueFullException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Who may come in: every wish, from the start until {@code disconnect()}, and again from the next {@code connect()}. While a disconnect
 * is at work, what follows a new {@code connect()} waits for it, so that the two never meet in one Session. Loop only.
 */
final class Door implements Admission {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Engine engine;
    private final ClientOptions options;

    private boolean open = true;
    private boolean connectCalled;
    private @Nullable Disposable patience;
    private @Nullable Departure leaving;

    /** What came behind a {@code connect()} that waits for the disconnect before it. */
    private List<Waiter> afterwards = List.of();

    Door(Engine engine, ClientOptions options) {
        this.engine = engine;
        this.options = options;
    }

    @Override
    public boolean isOpen() {
        return open && connectCalled;
    }

    /** Lets {@code wish} in, now or when a disconnect is over, or fails it. */
    @Override
    public void enter(String request, Waiter wish) {
        if (open) {
            wish.run();
            watch();
        } else if (afterwards.isEmpty()) {
            wish.failed(ClientClosedException.afterwards(request));
        } else if (afterwards.size() > options.queue().maximumMessages()) {
            wish.failed(new QueueFullException(
                    "too many requests wait for the client to be disconnected, and connected again"));
        } else {
            afterwards.add(wish);
        }
    }

    /** Returns the way in for messages: those of handlers that a departure waits for come in, too. */
    Admission forMessages() {
        return new Admission() {
            @Override
            public boolean isOpen() {
                return Door.this.isOpen() || handlersFinish();
            }

            @Override
            public void enter(String request, Waiter wish) {
                if (handlersFinish()) {
                    wish.run();
                } else {
                    Door.this.enter(request, wish);
                }
            }
        };
    }

    private boolean handlersFinish() {
        return leaving != null && afterwards.isEmpty() && leaving.waitsForHandlers();
    }

    /** Who waits before the first {@code connect()} may have forgotten it. */
    private void watch() {
        if (!connectCalled && patience == null) {
            patience = engine.turns.schedule(
                    () -> engine.tell(new ClientEvent.ConnectNotCalled(PATIENCE)), PATIENCE.toNanos());
        }
    }

    /** {@code connect()} was called. */
    void connect(Waiter wish) {
        connectCalled();
        if (leaving == null) {
            open = true;
            wish.run();
        } else {
            if (afterwards.isEmpty()) {
                afterwards = new ArrayList<>();
            }
            afterwards.add(wish);
        }
    }

    private void connectCalled() {
        connectCalled = true;
        if (patience != null) {
            patience.dispose();
            patience = null;
        }
    }

    /** {@code disconnect()} was called: returns the one that is at work, or begins {@code departure}. */
    void disconnect(Departure departure) {
        open = false;
        connectCalled();
        List<Waiter> late = afterwards;
        afterwards = List.of();
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
        List<Waiter> all = afterwards;
        afterwards = List.of();
        all.forEach(Waiter::run);
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
